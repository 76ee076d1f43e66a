// DHT sensors by their one-wire protocol, on the virtual pin: nothing here knows what the sensor measures.
#include "DHT.h"

static const uint32_t kLeastInterval = 2000;     // ms
static const unsigned long kLongestPulse = 1000; // µs

DHT::DHT(uint8_t pin, uint8_t type, uint8_t) : pin_(pin), type_(type) {}

void DHT::begin(uint8_t usec) {
  pinMode(pin_, INPUT_PULLUP);
  asked_at_ = millis() - kLeastInterval;
  pull_time_ = usec;
}

// Waits for the end of a level; false when it lasts too long.
bool DHT::pulse(bool level, unsigned long &length) {
  const unsigned long start = micros();
  while ((digitalRead(pin_) == HIGH) == level)
    if (micros() - start > kLongestPulse) return false;
  length = micros() - start;
  return true;
}

bool DHT::transfer() {
  const bool quick = type_ == DHT22 || type_ == DHT21;
  pinMode(pin_, INPUT_PULLUP);
  delay(1);
  pinMode(pin_, OUTPUT);
  digitalWrite(pin_, LOW);
  if (quick) delayMicroseconds(1100);
  else delay(20);
  pinMode(pin_, INPUT_PULLUP);
  delayMicroseconds(pull_time_);

  InterruptLock lock;
  unsigned long low, high;
  if (!pulse(false, low) || !pulse(true, high)) return false;
  for (int bit = 0; bit < 40; bit++) {
    // A one is high for longer than the low before each bit, a zero for less.
    if (!pulse(false, low) || !pulse(true, high)) return false;
    data_[bit / 8] = static_cast<uint8_t>(data_[bit / 8] << 1 | (high > low));
  }
  return data_[4] == static_cast<uint8_t>(data_[0] + data_[1] + data_[2] + data_[3]);
}

bool DHT::read(bool force) {
  const uint32_t now = millis();
  if (!force && now - asked_at_ < kLeastInterval) return answered_;
  asked_at_ = now;
  memset(data_, 0, sizeof data_);
  return answered_ = transfer();
}

float DHT::readTemperature(bool S, bool force) {
  if (!read(force)) return NAN;
  float celsius = NAN;
  if (type_ == DHT11) {
    celsius = (data_[3] & 0x80 ? -1.0f - data_[2] : data_[2]) + (data_[3] & 0x0f) * 0.1f;
  } else if (type_ == DHT12) {
    celsius = (data_[2] + (data_[3] & 0x0f) * 0.1f) * (data_[2] & 0x80 ? -1 : 1);
  } else if (type_ == DHT22 || type_ == DHT21) {
    celsius = ((data_[2] & 0x7f) << 8 | data_[3]) * 0.1f * (data_[2] & 0x80 ? -1 : 1);
  }
  return S ? convertCtoF(celsius) : celsius;
}

float DHT::readHumidity(bool force) {
  if (!read(force)) return NAN;
  if (type_ == DHT11 || type_ == DHT12) return data_[0] + data_[1] * 0.1f;
  if (type_ == DHT22 || type_ == DHT21) return (data_[0] << 8 | data_[1]) * 0.1f;
  return NAN;
}

float DHT::convertCtoF(float c) { return c * 1.8f + 32; }
float DHT::convertFtoC(float f) { return (f - 32) * 0.55555f; }

float DHT::computeHeatIndex(bool isFahrenheit) {
  return computeHeatIndex(readTemperature(isFahrenheit), readHumidity(), isFahrenheit);
}

// The US National Weather Service's heat index: Steadman's simple form below 80 °F, Rothfusz's regression with its two
// adjustments above (wpc.ncep.noaa.gov/html/heatindex_equation.shtml).
float DHT::computeHeatIndex(float temperature, float percentHumidity, bool isFahrenheit) {
  const float t = isFahrenheit ? temperature : convertCtoF(temperature);
  const float r = percentHumidity;
  float index = 0.5f * (t + 61.0f + (t - 68.0f) * 1.2f + r * 0.094f);
  if (index > 79) {
    index = -42.379f + 2.04901523f * t + 10.14333127f * r - 0.22475541f * t * r - 0.00683783f * t * t -
            0.05481717f * r * r + 0.00122874f * t * t * r + 0.00085282f * t * r * r - 0.00000199f * t * t * r * r;
    if (r < 13 && t >= 80 && t <= 112) index -= (13 - r) * 0.25f * sqrtf((17 - fabsf(t - 95)) / 17);
    else if (r > 85 && t >= 80 && t <= 87) index += (r - 85) * 0.1f * ((87 - t) * 0.2f);
  }
  return isFahrenheit ? index : convertFtoC(index);
}
