// map, random, words, bit-banged shifts, pulses (cores/esp32/WMath.cpp and wiring_*.c in function).
#include "Arduino.h"
#include "esp_random.h"

static bool use_hardware_random = true;

void useRealRandomGenerator(bool useRandomHW) { use_hardware_random = useRandomHW; }
void randomSeed(unsigned long seed) {
  if (seed != 0) {
    srand(static_cast<unsigned>(seed));
    use_hardware_random = false;
  }
}
long random(long howsmall, long howbig);
long random(long howbig) {
  if (howbig == 0) return 0;
  if (howbig < 0) return random(0, -howbig);
  unsigned long value = use_hardware_random ? esp_random() : static_cast<unsigned long>(rand());
  return static_cast<long>(value % static_cast<unsigned long>(howbig));
}
long random(long howsmall, long howbig) {
  if (howsmall >= howbig) return howsmall;
  return random(howbig - howsmall) + howsmall;
}

// The core's map differs from Arduino's: an empty input range answers -1.
long map(long x, long in_min, long in_max, long out_min, long out_max) {
  const long run = in_max - in_min;
  if (run == 0) return -1;
  const long rise = out_max - out_min;
  const long delta = x - in_min;
  return (delta * rise) / run + out_min;
}

uint16_t makeWord(uint16_t w) { return w; }
uint16_t makeWord(uint8_t h, uint8_t l) { return static_cast<uint16_t>(h << 8 | l); }

__attribute__((weak)) size_t getArduinoLoopTaskStackSize(void) { return CONFIG_ARDUINO_LOOP_STACK_SIZE; }

uint8_t shiftIn(uint8_t dataPin, uint8_t clockPin, uint8_t bitOrder) {
  uint8_t value = 0;
  for (uint8_t i = 0; i < 8; ++i) {
    digitalWrite(clockPin, HIGH);
    uint8_t level = static_cast<uint8_t>(digitalRead(dataPin));
    value |= static_cast<uint8_t>(level << (bitOrder == LSBFIRST ? i : 7 - i));
    digitalWrite(clockPin, LOW);
  }
  return value;
}
void shiftOut(uint8_t dataPin, uint8_t clockPin, uint8_t bitOrder, uint8_t val) {
  for (uint8_t i = 0; i < 8; i++) {
    digitalWrite(dataPin, (val >> (bitOrder == LSBFIRST ? i : 7 - i)) & 1);
    digitalWrite(clockPin, HIGH);
    digitalWrite(clockPin, LOW);
  }
}

// Reading micros() charges time, so these loops end at the timeout.
unsigned long pulseIn(uint8_t pin, uint8_t state, unsigned long timeout) {
  unsigned long start = micros();
  auto wait_while = [&](bool level) {
    while ((digitalRead(pin) == state) == level)
      if (micros() - start > timeout) return false;
    return true;
  };
  if (!wait_while(true) || !wait_while(false)) return 0;
  unsigned long rise = micros();
  return wait_while(true) ? micros() - rise : 0;
}
unsigned long pulseInLong(uint8_t pin, uint8_t state, unsigned long timeout) { return pulseIn(pin, state, timeout); }
