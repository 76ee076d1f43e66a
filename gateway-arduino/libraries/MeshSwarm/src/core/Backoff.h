// The rest after a failure: doubled each time up to a limit, with a random half, so that a fleet of gateways whose
// server comes back does not ask it all at once.
#pragma once
#include <stdint.h>

namespace meshswarm {

class Backoff {
 public:
  // The first rest is at most `first` milliseconds, none is longer than `longest`.
  Backoff(uint32_t first, uint32_t longest) : first_(first), longest_(longest) {}

  // Another failure in a row: how long to rest, between half the step and the whole. `random`: any 32 bits.
  uint32_t failed(uint32_t random);
  void succeeded() { failures_ = 0; }
  uint8_t failures() const { return failures_; }

 private:
  uint32_t first_, longest_;
  uint8_t failures_ = 0;
};

}  // namespace meshswarm
