// The last few parts of one image, least recently used first out: several nodes that ask for the same parts at about
// the same time make the gateway fetch each of them once.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <string>
#include <vector>

namespace meshswarm {

class PartCache {
 public:
  explicit PartCache(size_t capacity) : capacity_(capacity) {}

  // Forgets everything and frees the memory unless `image` (its MD5) is the one that is held.
  void select(const std::string& image);

  void clear() { slots_.clear(); }

  // The bytes of part `number`, or nullptr. The pointer is good until the next put or select.
  const std::vector<uint8_t>* get(uint32_t number);
  bool has(uint32_t number) const;
  void put(uint32_t number, const uint8_t* bytes, size_t size);
  size_t size() const { return slots_.size(); }

 private:
  struct Slot {
    uint32_t number;
    uint64_t used;
    std::vector<uint8_t> bytes;
  };
  size_t capacity_;
  uint64_t clock_ = 0;
  std::string image_;
  std::vector<Slot> slots_;
};

}  // namespace meshswarm
