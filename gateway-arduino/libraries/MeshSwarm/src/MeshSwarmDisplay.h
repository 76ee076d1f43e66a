// The SSD1306 display of a node. Everything here is compiled with the sketch, so that the sketch alone decides
// (MESHSWARM_ENABLE_DISPLAY) and the library needs no display library. Included by MeshSwarm.h.
#pragma once
#include <Adafruit_GFX.h>
#include <Adafruit_SSD1306.h>
#include <Wire.h>

// 128 x 64 at I2C address 0x3C on the ESP32's usual pins; a sketch may set all of these.
#ifndef SCREEN_WIDTH
#define SCREEN_WIDTH 128
#endif
#ifndef SCREEN_HEIGHT
#define SCREEN_HEIGHT 64
#endif
#ifndef OLED_RESET
#define OLED_RESET -1
#endif
#ifndef OLED_ADDR
#define OLED_ADDR 0x3C
#endif
#ifndef I2C_SDA
#define I2C_SDA 21
#endif
#ifndef I2C_SCL
#define I2C_SCL 22
#endif

namespace meshswarm {

struct Screen {
  Adafruit_SSD1306 panel{SCREEN_WIDTH, SCREEN_HEIGHT, &Wire, OLED_RESET};
  DisplayPowerManager power;
  std::vector<DisplayHandler> handlers;
  String lastChange;
  unsigned long drawnAt = 0;
  bool present = false;  // it answered at begin()
};

static const unsigned int kScreenColumns = 21;  // of the panel's built-in font

}  // namespace meshswarm

inline void DisplayPowerManager::setOledDisplay(Adafruit_SSD1306* display) {
  oled_ = [display](bool on) { display->ssd1306_command(on ? SSD1306_DISPLAYON : SSD1306_DISPLAYOFF); };
}

// Made at first use. What runs in update(), watches the state and answers `scan` goes in by the doors that sketches use.
inline meshswarm::Screen& MeshSwarm::screen() {
  if (screen_) return *static_cast<meshswarm::Screen*>(screen_.get());
  const auto made = std::make_shared<meshswarm::Screen>();
  meshswarm::Screen* screen = made.get();
  screen_ = made;
  loopCallbacks_.push_back([this]() { serviceScreen(); });
  serialHandlers_.push_back([](const String& input) { return meshswarmScanI2c(input); });
  watchState("*", [screen](const String& key, const String& value, const String&) {
    screen->lastChange = key + "=" + value;
    if (screen->power.wakesOnStateChange()) screen->power.resetActivity();
  });
  return *screen;
}

inline bool MeshSwarm::meshswarmScanI2c(const String& input) {
  if (input != "scan") return false;
  int found = 0;
  Serial.println("\n--- I2C SCAN ---");
  for (uint8_t address = 1; address < 127; address++) {
    Wire.beginTransmission(address);
    if (Wire.endTransmission() != 0) continue;
    Serial.printf("  Found device at 0x%02X\n", address);
    found++;
  }
  Serial.printf("Found %d device(s)\n\n", found);
  return true;
}

inline void MeshSwarm::startScreen() {
  meshswarm::Screen& s = screen();
  Wire.begin(I2C_SDA, I2C_SCL);
  s.present = s.panel.begin(SSD1306_SWITCHCAPVCC, OLED_ADDR);
  if (!s.present) {
    MESH_LOG_WARN("No display at I2C address 0x%02X (SDA %d, SCL %d)", OLED_ADDR, I2C_SDA, I2C_SCL);
    return;
  }
  s.panel.clearDisplay();
  s.panel.setTextSize(1);
  s.panel.setTextColor(SSD1306_WHITE);
  s.panel.setCursor(0, 0);
  s.panel.println("Mesh Swarm");
  s.panel.println("Starting...");
  s.panel.display();
}

inline void MeshSwarm::serviceScreen() {
  meshswarm::Screen& s = screen();
  s.power.update();
  const unsigned long now = millis();
  if (!s.present || s.power.isAsleep() || now - s.drawnAt < DISPLAY_INTERVAL) return;
  s.drawnAt = now;
  drawScreen(s);
}

inline void MeshSwarm::drawScreen(meshswarm::Screen& s) {
  const unsigned long up = (millis() - bootTime_) / 1000;
  s.panel.clearDisplay();
  s.panel.setTextSize(1);
  s.panel.setCursor(0, 0);
  s.panel.printf("%s [%s] %lu:%02lu\n", name_.c_str(), role_.c_str(), up / 60, up % 60);
  s.panel.printf("Peers:%d States:%d\n", getPeerCount(), static_cast<int>(stateCount()));
  s.panel.println(statusLine_.length() > 0 ? statusLine_.substring(0, meshswarm::kScreenColumns)
                                           : String("---------------------"));
  if (!s.handlers.empty()) {
    for (const DisplayHandler& handler : s.handlers) handler(s.panel, 3);
  } else {
    for (const String& line : stateLines(4)) s.panel.println(line.substring(0, meshswarm::kScreenColumns));
    if (s.lastChange.length() > 0) s.panel.println("Last:" + s.lastChange.substring(0, 16));
  }
  s.panel.display();
}

inline Adafruit_SSD1306& MeshSwarm::getDisplay() { return screen().panel; }
inline DisplayPowerManager& MeshSwarm::getPowerManager() { return screen().power; }

inline void MeshSwarm::enableDisplaySleep(unsigned long timeoutMs) {
  meshswarm::Screen& s = screen();
  s.power.setOledDisplay(&s.panel);
  s.power.begin(DisplayType::SSD1306_OLED);
  s.power.setSleepTimeout(timeoutMs);
}

inline void MeshSwarm::addDisplayWakeButton(uint8_t pin, bool activeLow) { screen().power.addWakeButton(pin, activeLow); }
inline void MeshSwarm::onDisplayUpdate(DisplayHandler handler) { screen().handlers.push_back(std::move(handler)); }
