#include "DebouncedButton.h"

// Not inline: code in IRAM must stand in one place.
void IRAM_ATTR DebouncedButton::onEdge(void* button) {
  DebouncedButton& self = *static_cast<DebouncedButton*>(button);
  const uint32_t now = millis();
  self.edgeAt_ = now;
  if (digitalRead(self.pin_) == LOW) {
    self.fell_ = true;
    self.fellAt_ = now;
  } else if (self.fell_) {
    self.fell_ = false;
    if (now - self.fellAt_ >= self.settleMs_) self.heldThrough_ = true;
  }
}

void DebouncedButton::begin() {
  pinMode(pin_, INPUT_PULLUP);
  edgeAt_ = millis();
  attachInterruptArg(pin_, onEdge, this, CHANGE);
}

bool DebouncedButton::pressed() {
  if (millis() - edgeAt_ < settleMs_) return false;
  const bool down = digitalRead(pin_) == LOW;
  const bool held = heldThrough_;
  if (held) heldThrough_ = false;
  const bool missed = held && !down_;
  const bool closed = down && !down_;
  down_ = down;
  return closed || missed;
}
