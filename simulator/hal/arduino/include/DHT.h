// The DHT class as Adafruit's "DHT sensor library" 1.4.6 declares it (DHT.h): temperature and humidity over one wire.
#pragma once
#include "Arduino.h"

static const uint8_t DHT11{11};
static const uint8_t DHT12{12};
static const uint8_t DHT21{21};
static const uint8_t DHT22{22};
static const uint8_t AM2301{21};

// A name of its own for the linker: a sketch may carry the original among its files.
inline namespace hal_dht {

class DHT {
public:
  DHT(uint8_t pin, uint8_t type, uint8_t count = 6);
  void begin(uint8_t usec = 55);
  float readTemperature(bool S = false, bool force = false); // S: Fahrenheit; NaN when the sensor did not answer
  float convertCtoF(float c);
  float convertFtoC(float f);
  float computeHeatIndex(bool isFahrenheit = true);
  float computeHeatIndex(float temperature, float percentHumidity, bool isFahrenheit = true);
  float readHumidity(bool force = false);
  bool read(bool force = false); // asks the sensor at most every 2 s unless forced

private:
  bool pulse(bool level, unsigned long &length);
  bool transfer();

  uint8_t data_[5] = {};
  uint8_t pin_, type_;
  uint32_t asked_at_ = 0;
  bool answered_ = false;
  uint8_t pull_time_ = 55;
};

class InterruptLock {
public:
  InterruptLock() { noInterrupts(); }
  ~InterruptLock() { interrupts(); }
};

} // namespace hal_dht
