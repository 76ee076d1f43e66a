// The parts of one image that are in memory: two at most, the one that is being sent and the one fetched ahead. Bytes
// are fetched straight into their place, so there is no third copy.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <string>
#include <vector>

namespace meshswarm {

class PartCache {
 public:
  static constexpr size_t kParts = 2;

  // Forgets everything and frees the memory unless `image` (its MD5) is the one that is held.
  void select(const std::string& image);
  void clear();

  bool has(uint32_t number) const;

  // The bytes of part `number`, or nullptr; counts as sent. The pointer is good until the next place or select.
  const std::vector<uint8_t>* take(uint32_t number);

  // Room for part `number`, to be filled with `size` bytes. A part that was sent already gives way before one that
  // somebody is still to ask for. The part counts as there from now on: drop() it when its bytes do not come.
  uint8_t* place(uint32_t number, size_t size);
  void drop(uint32_t number);

  size_t bytes() const;  // held now

 private:
  struct Slot {
    bool filled = false, sent = false;
    uint32_t number = 0;
    uint64_t used = 0;
    std::vector<uint8_t> bytes;
  };
  Slot* find(uint32_t number);

  uint64_t clock_ = 0;
  std::string image_;
  Slot slots_[kParts];
};

}  // namespace meshswarm
