// Puts a display to sleep when nobody has touched the node for a while, and wakes it at a button. Knows no display
// library: it works with any panel that can be told to sleep.
#pragma once
#include <Arduino.h>

#include <functional>

class Adafruit_SSD1306;

#ifndef DISPLAY_SLEEP_TIMEOUT_MS
#define DISPLAY_SLEEP_TIMEOUT_MS 30000
#endif
#ifndef DISPLAY_WAKE_ON_STATE_CHANGE
#define DISPLAY_WAKE_ON_STATE_CHANGE 0
#endif
#ifndef DPM_DEBOUNCE_MS
#define DPM_DEBOUNCE_MS 50
#endif
#define DPM_MAX_WAKE_BUTTONS 4

enum class DisplayType { NONE, SSD1306_OLED, GC9A01_TFT, ILI9341_TFT };

class DisplayPowerManager {
 public:
  // Starts to count idle time. With DisplayType::NONE nothing is ever put to sleep.
  void begin(DisplayType type);

  // The panel of type SSD1306_OLED. Defined in MeshSwarmDisplay.h, where the panel's library is known.
  void setOledDisplay(Adafruit_SSD1306* display);

  // Sends one command byte to a TFT (types GC9A01_TFT and ILI9341_TFT): 0x10 sleep in, 0x11 sleep out.
  void setTftCommandCallback(std::function<void(uint8_t)> sendCommand) { tft_ = std::move(sendCommand); }

  // Milliseconds without activity until the display sleeps; 0 = never.
  void setSleepTimeout(unsigned long timeoutMs) { timeout_ = timeoutMs; }

  // A button that wakes the display, with the pin's pull-up (activeLow) or pull-down. At most four; more are ignored.
  void addWakeButton(uint8_t pin, bool activeLow = true);

  // Whether a change of the shared state counts as activity; default DISPLAY_WAKE_ON_STATE_CHANGE.
  void enableWakeOnStateChange(bool enable) { wakeOnState_ = enable; }
  bool wakesOnStateChange() const { return wakeOnState_; }

  // Looks at the buttons and the clock. MeshSwarm calls it for its own display; from loop() for any other.
  void update();

  // Somebody is there: counts the idle time anew, and wakes the display.
  void resetActivity();
  void wake();
  void sleep();

  // True also for the 120 ms that a TFT needs after its wake command before it may be drawn on.
  bool isAsleep() const { return asleep_; }
  unsigned long getIdleTime() const { return millis() - activeAt_; }

  // Called when the display has been put to sleep, and when it may be drawn on again.
  void onSleep(std::function<void()> callback) { onSleep_ = std::move(callback); }
  void onWake(std::function<void()> callback) { onWake_ = std::move(callback); }

 private:
  struct WakeButton {
    uint8_t pin = 0;
    bool activeLow = true, pressed = false, reading = false;
    unsigned long changedAt = 0;
  };

  bool tft() const { return type_ == DisplayType::GC9A01_TFT || type_ == DisplayType::ILI9341_TFT; }
  void lookAt(WakeButton& button);
  void awake();

  DisplayType type_ = DisplayType::NONE;
  std::function<void(bool on)> oled_;
  std::function<void(uint8_t)> tft_;
  std::function<void()> onSleep_, onWake_;
  WakeButton buttons_[DPM_MAX_WAKE_BUTTONS];
  uint8_t buttonCount_ = 0;
  unsigned long timeout_ = DISPLAY_SLEEP_TIMEOUT_MS, activeAt_ = 0, wokenAt_ = 0;
  bool asleep_ = false, waking_ = false, wakeOnState_ = DISPLAY_WAKE_ON_STATE_CHANGE;
};
