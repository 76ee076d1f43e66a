#include "PartCache.h"

namespace meshswarm {

void PartCache::select(const std::string& image) {
  if (image == image_) return;
  image_ = image;
  for (Slot& slot : slots_) slot = Slot();
}

void PartCache::clear() {
  for (Slot& slot : slots_) slot.filled = false;
}

PartCache::Slot* PartCache::find(uint32_t number) {
  for (Slot& slot : slots_) {
    if (slot.filled && slot.number == number) return &slot;
  }
  return nullptr;
}

bool PartCache::has(uint32_t number) const { return const_cast<PartCache*>(this)->find(number) != nullptr; }

const std::vector<uint8_t>* PartCache::take(uint32_t number) {
  Slot* slot = find(number);
  if (slot == nullptr) return nullptr;
  slot->used = ++clock_;
  slot->sent = true;
  return &slot->bytes;
}

uint8_t* PartCache::place(uint32_t number, size_t size) {
  Slot* best = find(number);
  if (best == nullptr) {
    best = &slots_[0];
    for (Slot& slot : slots_) {
      const int rank = !slot.filled ? 0 : slot.sent ? 1 : 2;
      const int bestRank = !best->filled ? 0 : best->sent ? 1 : 2;
      if (rank < bestRank || (rank == bestRank && slot.used < best->used)) best = &slot;
    }
  }
  best->filled = true;
  best->sent = false;
  best->number = number;
  best->used = ++clock_;
  best->bytes.resize(size);
  return best->bytes.data();
}

void PartCache::drop(uint32_t number) {
  Slot* slot = find(number);
  if (slot != nullptr) slot->filled = false;
}

size_t PartCache::bytes() const {
  size_t sum = 0;
  for (const Slot& slot : slots_) sum += slot.bytes.capacity();
  return sum;
}

}  // namespace meshswarm
