#include "PartCache.h"

namespace meshswarm {

void PartCache::select(const std::string& image) {
  if (image == image_) return;
  image_ = image;
  slots_.clear();
  slots_.shrink_to_fit();
}

bool PartCache::has(uint32_t number) const {
  for (const Slot& slot : slots_) {
    if (slot.number == number) return true;
  }
  return false;
}

const std::vector<uint8_t>* PartCache::get(uint32_t number) {
  for (Slot& slot : slots_) {
    if (slot.number != number) continue;
    slot.used = ++clock_;
    return &slot.bytes;
  }
  return nullptr;
}

void PartCache::put(uint32_t number, const uint8_t* bytes, size_t size) {
  if (capacity_ == 0) return;
  Slot* place = nullptr;
  for (Slot& slot : slots_) {
    if (slot.number == number) place = &slot;
  }
  if (place == nullptr && slots_.size() < capacity_) {
    slots_.push_back(Slot{number, 0, {}});
    place = &slots_.back();
  }
  if (place == nullptr) {
    place = &slots_.front();
    for (Slot& slot : slots_) {
      if (slot.used < place->used) place = &slot;
    }
  }
  place->number = number;
  place->used = ++clock_;
  place->bytes.assign(bytes, bytes + size);
}

}  // namespace meshswarm
