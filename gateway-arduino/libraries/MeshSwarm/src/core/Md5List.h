// A short list of image MD5s, kept in NVS as one string. The oldest goes when a new one does not fit.
#pragma once
#include <stddef.h>

#include <string>
#include <vector>

namespace meshswarm {

// 32 lower-case hex digits.
bool isMd5(const std::string& text);

class Md5List {
 public:
  explicit Md5List(size_t capacity) : capacity_(capacity) {}

  // Reads "md5,md5,…", oldest first; whatever is not an MD5 is left out.
  void parse(const std::string& text);
  std::string text() const;

  bool contains(const std::string& md5) const;
  bool add(const std::string& md5);     // moves it to the end; false when it was already the newest or is no MD5
  bool remove(const std::string& md5);  // false when it was not there

 private:
  size_t capacity_;
  std::vector<std::string> items_;
};

}  // namespace meshswarm
