#include "RoundTrip.h"

namespace meshswarm {

static const uint32_t kLongest = 3600000;  // keeps the sums within 32 bits

void RoundTrip::took(uint32_t ms) {
  if (ms > kLongest) ms = kLongest;
  lates_ = 0;
  if (!measured_) {
    measured_ = true;
    smoothed8_ = ms * 8;
    spread4_ = ms * 2;  // half the time, in quarters
    return;
  }
  const uint32_t smoothed = smoothed8_ / 8;
  const uint32_t off = ms > smoothed ? ms - smoothed : smoothed - ms;
  spread4_ = spread4_ - spread4_ / 4 + off;
  smoothed8_ = smoothed8_ - smoothed + ms;
}

void RoundTrip::late() {
  if (lates_ < 10) lates_++;
}

uint32_t RoundTrip::timeout(uint32_t least, uint32_t most) const {
  if (!measured_) return most;
  const uint64_t wanted = static_cast<uint64_t>(smoothed8_ / 8 + spread4_) << lates_;
  if (wanted > most) return most;
  return wanted < least ? least : static_cast<uint32_t>(wanted);
}

}  // namespace meshswarm
