// How long an answer may take, learnt from those that came: the smoothed time and its spread (RFC 6298, section 2).
#pragma once
#include <stdint.h>

namespace meshswarm {

class RoundTrip {
 public:
  // An answer that took `ms`.
  void took(uint32_t ms);

  // No answer came in time: the next one may take twice as long, until one comes.
  void late();

  bool measured() const { return measured_; }

  // Smoothed time plus four times its spread, doubled for every answer that was late, within `least` and `most`.
  // `most` when nothing has been measured.
  uint32_t timeout(uint32_t least, uint32_t most) const;

 private:
  bool measured_ = false;
  uint8_t lates_ = 0;
  uint32_t smoothed8_ = 0;  // in eighths of a millisecond
  uint32_t spread4_ = 0;    // in quarters
};

}  // namespace meshswarm
