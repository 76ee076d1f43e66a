#include "Backoff.h"

namespace meshswarm {

uint32_t Backoff::failed(uint32_t random) {
  uint64_t step = first_;
  for (int i = 0; i < failures_ && step < longest_; i++) step *= 2;
  if (step > longest_) step = longest_;
  if (failures_ < 255) failures_++;
  const uint32_t half = static_cast<uint32_t>(step / 2);
  return static_cast<uint32_t>(step) - half + random % (half + 1);
}

}  // namespace meshswarm
