// Time, pins' C interface, watchdogs (cores/esp32/esp32-hal-misc.c, -gpio.c, -ledc.c, -adc.c in function).
#include "esp32-hal.h"
#include <string.h>
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "host.h"

unsigned long micros(void) { return (unsigned long)(uint64_t)host_micros(); }
unsigned long millis(void) { return (unsigned long)(uint64_t)(host_micros() / 1000.0); }
void delay(uint32_t ms) { vTaskDelay(ms / portTICK_PERIOD_MS); }
void delayMicroseconds(uint32_t us) {
  // A busy wait on the chip: no other task of this core runs. Reading the clock charges time until it has passed.
  double end = host_micros() + us;
  while (host_micros() < end) {
  }
}
void yield(void) { vTaskYield(); }

void enableLoopWDT(void) { host_loop_wdt(1); }
void disableLoopWDT(void) { host_loop_wdt(0); }
void feedLoopWDT(void) { host_loop_wdt(2); }

uint32_t getCpuFrequencyMhz(void) { return host_chip(3); }
uint32_t getXtalFrequencyMhz(void) { return 40; }
uint32_t getApbFrequency(void) { return 80000000; }
bool setCpuFrequencyMhz(uint32_t mhz) { return mhz == host_chip(3); }
bool psramInit(void) { return false; }
bool psramFound(void) { return false; }
void *ps_malloc(size_t size) {
  (void)size;
  return NULL;
}

// The host gives 12 bits over the pin's full range, whatever attenuation firmware would set: only the width changes here.
static uint8_t adc_bits = 12;
uint16_t analogRead(uint8_t pin) {
  uint32_t raw = (uint32_t)host_gpio_analog_read(pin);
  return (uint16_t)(adc_bits < 12 ? raw >> (12 - adc_bits) : raw << (adc_bits - 12));
}
uint32_t analogReadMilliVolts(uint8_t pin) { return (uint32_t)host_gpio_analog_read(pin) * 3300u / 4095u; }
void analogReadResolution(uint8_t bits) {
  if (bits >= 1 && bits <= 16) adc_bits = bits;
}

typedef struct {
  uint32_t freq, duty;
  uint8_t resolution, attached;
} ledc_pin;
static ledc_pin ledc[SOC_GPIO_PIN_COUNT];
static uint32_t analog_freq = 1000;
static uint8_t analog_resolution = 8;

static ledc_pin *ledc_of(uint8_t pin) { return pin < SOC_GPIO_PIN_COUNT && ledc[pin].attached ? &ledc[pin] : NULL; }

bool ledcAttach(uint8_t pin, uint32_t freq, uint8_t resolution) {
  if (pin >= SOC_GPIO_PIN_COUNT || freq == 0 || resolution < 1 || resolution > 20 || ledc[pin].attached) return false;
  ledc[pin] = (ledc_pin){freq, 0, resolution, 1};
  host_gpio_mode(pin, OUTPUT);
  return true;
}
bool ledcAttachChannel(uint8_t pin, uint32_t freq, uint8_t resolution, int8_t channel) {
  return channel >= 0 && channel < 16 && ledcAttach(pin, freq, resolution);
}
bool ledcWrite(uint8_t pin, uint32_t duty) {
  ledc_pin *p = ledc_of(pin);
  if (!p) return false;
  uint32_t full = 1u << p->resolution;
  if (duty == full - 1) duty = full; // the core maps the largest number to fully on
  p->duty = duty;
  uint64_t scaled = (uint64_t)duty * 255 / full;
  host_gpio_analog_write(pin, (int)(scaled > 255 ? 255 : scaled));
  return true;
}
uint32_t ledcWriteTone(uint8_t pin, uint32_t freq) {
  ledc_pin *p = ledc_of(pin);
  if (!p) return 0;
  if (freq) p->freq = freq;
  ledcWrite(pin, freq ? (1u << p->resolution) / 2 : 0);
  return freq;
}
uint32_t ledcRead(uint8_t pin) {
  ledc_pin *p = ledc_of(pin);
  return p ? p->duty : 0;
}
uint32_t ledcReadFreq(uint8_t pin) {
  ledc_pin *p = ledc_of(pin);
  return p && p->duty ? p->freq : 0;
}
bool ledcDetach(uint8_t pin) {
  ledc_pin *p = ledc_of(pin);
  if (!p) return false;
  p->attached = 0;
  return true;
}
uint32_t ledcChangeFrequency(uint8_t pin, uint32_t freq, uint8_t resolution) {
  ledc_pin *p = ledc_of(pin);
  if (!p) return 0;
  p->freq = freq;
  p->resolution = resolution;
  return freq;
}
void analogWrite(uint8_t pin, int value) {
  if (!ledc_of(pin) && !ledcAttach(pin, analog_freq, analog_resolution)) return;
  ledcWrite(pin, (uint32_t)value);
}
void analogWriteFrequency(uint8_t pin, uint32_t freq) {
  if (ledc_of(pin)) ledc[pin].freq = freq;
  else analog_freq = freq;
}
void analogWriteResolution(uint8_t pin, uint8_t resolution) {
  if (ledc_of(pin)) ledc[pin].resolution = resolution;
  else analog_resolution = resolution;
}
