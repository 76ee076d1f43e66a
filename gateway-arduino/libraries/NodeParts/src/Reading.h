// The last good value of a sensor that sometimes gives none.
#pragma once
#include <Arduino.h>

class Reading {
 public:
  // NaN is a failed attempt: it is counted, and the last good value stays.
  bool take(float value) {
    if (isnan(value)) {
      errors_++;
      return false;
    }
    value_ = value;
    takenAt_ = millis();
    count_++;
    return true;
  }

  float value() const { return value_; }  // NaN before the first good one
  uint32_t count() const { return count_; }
  uint32_t errors() const { return errors_; }
  uint32_t ageMs() const { return count_ == 0 ? millis() : millis() - takenAt_; }  // since boot while there is none

 private:
  float value_ = NAN;
  uint32_t takenAt_ = 0;
  uint32_t count_ = 0;
  uint32_t errors_ = 0;
};
