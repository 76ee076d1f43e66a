// How a shared value is written to NVS, and when.
#pragma once
#include <map>
#include <string>

#include "SharedState.h"

namespace meshswarm {

// NVS names have at most 15 characters, keys of the shared state any number: "s" and eight hex digits of the key's CRC-32.
std::string keptName(const std::string& key);

// One entry as text, its key with it: two keys may share a name.
std::string keptText(const std::string& key, const SharedEntry& entry);

// False for a text that keptText did not write.
bool parseKept(const std::string& text, std::string& key, SharedEntry& entry);

// Which keys are kept, and which of their values NVS does not have yet. A value that changes all the time is written
// once in `every` milliseconds: each write wears the flash.
class KeptKeys {
 public:
  explicit KeptKeys(uint32_t every) : every_(every) {}

  bool add(const std::string& key);  // false when it was there
  bool contains(const std::string& key) const { return keys_.count(key) > 0; }
  bool nameTaken(const std::string& key) const;  // by another key
  void changed(const std::string& key);
  bool waiting() const { return waiting_ > 0; }  // whether NVS lacks any value

  // A key whose value is to be written now; false when there is none. `all`: before a restart, however young.
  bool next(Millis now, bool all, std::string& key);

 private:
  struct Kept {
    bool dirty = false, written = false;
    Millis writtenAt = 0;
  };
  uint32_t every_;
  size_t waiting_ = 0;
  std::map<std::string, Kept> keys_;
};

}  // namespace meshswarm
