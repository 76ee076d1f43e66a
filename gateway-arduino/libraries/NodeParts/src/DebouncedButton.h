// A push button between a pin and GND.
#pragma once
#include <Arduino.h>

// Contacts bounce for some milliseconds when they close and when they open. An interrupt notes each edge; the level counts
// once no edge has come for `settleMs`. A press that began and ended while loop() was busy elsewhere is not lost, as long as
// it was held for `settleMs`.
class DebouncedButton {
 public:
  explicit DebouncedButton(uint8_t pin, uint32_t settleMs = 30) : pin_(pin), settleMs_(settleMs) {}

  // Pull-up and interrupt. The object must live as long as the sketch.
  void begin();
  // True once for each press. To be asked on every pass of loop().
  bool pressed();

 private:
  static void onEdge(void* button);

  const uint8_t pin_;
  const uint32_t settleMs_;
  bool down_ = false;
  volatile uint32_t edgeAt_ = 0;
  volatile uint32_t fellAt_ = 0;
  volatile bool fell_ = false;
  volatile bool heldThrough_ = false;  // closed for settleMs and opened again
};
