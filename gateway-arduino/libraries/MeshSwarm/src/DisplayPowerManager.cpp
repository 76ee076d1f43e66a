#include "DisplayPowerManager.h"

static const uint8_t kSleepIn = 0x10, kSleepOut = 0x11;  // MIPI DCS, both TFT controllers
static const unsigned long kTftWakes = 120;              // ms until it takes another command

void DisplayPowerManager::begin(DisplayType type) {
  type_ = type;
  activeAt_ = millis();
}

void DisplayPowerManager::addWakeButton(uint8_t pin, bool activeLow) {
  if (buttonCount_ >= DPM_MAX_WAKE_BUTTONS) return;
  WakeButton& button = buttons_[buttonCount_++];
  button.pin = pin;
  button.activeLow = activeLow;
  pinMode(pin, activeLow ? INPUT_PULLUP : INPUT_PULLDOWN);
}

void DisplayPowerManager::lookAt(WakeButton& button) {
  const bool reading = (digitalRead(button.pin) == LOW) == button.activeLow;
  const unsigned long now = millis();
  if (reading != button.reading) {
    button.reading = reading;
    button.changedAt = now;
  }
  if (button.reading == button.pressed || now - button.changedAt < DPM_DEBOUNCE_MS) return;
  button.pressed = button.reading;
  if (button.pressed) resetActivity();
}

void DisplayPowerManager::update() {
  for (uint8_t i = 0; i < buttonCount_; i++) lookAt(buttons_[i]);
  const unsigned long now = millis();
  if (waking_ && now - wokenAt_ >= kTftWakes) awake();
  if (!asleep_ && type_ != DisplayType::NONE && timeout_ > 0 && now - activeAt_ >= timeout_) sleep();
}

void DisplayPowerManager::resetActivity() {
  activeAt_ = millis();
  wake();
}

void DisplayPowerManager::awake() {
  waking_ = asleep_ = false;
  if (onWake_) onWake_();
}

void DisplayPowerManager::wake() {
  if (!asleep_ || waking_) return;
  activeAt_ = wokenAt_ = millis();
  if (tft()) {
    if (tft_) tft_(kSleepOut);
    waking_ = true;  // update() ends it
    return;
  }
  if (oled_) oled_(true);
  awake();
}

void DisplayPowerManager::sleep() {
  if (asleep_ || type_ == DisplayType::NONE) return;
  asleep_ = true;
  if (tft() && tft_) tft_(kSleepIn);
  if (type_ == DisplayType::SSD1306_OLED && oled_) oled_(false);
  if (onSleep_) onSleep_();
}
