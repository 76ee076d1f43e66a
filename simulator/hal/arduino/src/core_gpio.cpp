// Pins and their interrupts: Arduino's interface. ESP-IDF's to the same pins is in esp-idf/src/gpio.c.
#include <memory>
#include "Arduino.h"
#include "FunctionalInterrupt.h"
#include "hal_internal.h"
#include "host.h"

namespace {
struct Handler {
  void (*plain)(void) = nullptr;
  void (*with_arg)(void *) = nullptr;
  void *arg = nullptr;
  std::unique_ptr<std::function<void(void)>> functional;
};
Handler handlers[SOC_GPIO_PIN_COUNT];

bool valid(int pin) { return pin >= 0 && pin < SOC_GPIO_PIN_COUNT; }
void clear(int pin) { handlers[pin] = Handler(); }
} // namespace

extern "C" {

void pinMode(uint8_t pin, uint8_t mode) {
  if (valid(pin)) host_gpio_mode(pin, mode);
}
void digitalWrite(uint8_t pin, uint8_t val) {
  if (valid(pin)) host_gpio_write(pin, val != 0);
}
int digitalRead(uint8_t pin) { return valid(pin) ? host_gpio_read(pin) : 0; }

void attachInterrupt(uint8_t pin, void (*handler)(void), int mode) {
  if (!valid(pin)) return;
  clear(pin);
  handlers[pin].plain = handler;
  host_gpio_attach(pin, mode);
}
void attachInterruptArg(uint8_t pin, void (*handler)(void *), void *arg, int mode) {
  if (!valid(pin)) return;
  clear(pin);
  handlers[pin].with_arg = handler;
  handlers[pin].arg = arg;
  host_gpio_attach(pin, mode);
}
void detachInterrupt(uint8_t pin) {
  if (!valid(pin)) return;
  host_gpio_attach(pin, 0);
  clear(pin);
}

void hal_gpio_attached(int pin) {
  if (!valid(pin)) return;
  Handler &h = handlers[pin];
  if (h.plain) h.plain();
  else if (h.with_arg) h.with_arg(h.arg);
  else if (h.functional && *h.functional) (*h.functional)();
}

} // extern "C"

void attachInterrupt(uint8_t pin, std::function<void(void)> intRoutine, int mode) {
  if (!valid(pin)) return;
  clear(pin);
  handlers[pin].functional = std::make_unique<std::function<void(void)>>(std::move(intRoutine));
  host_gpio_attach(pin, mode);
}
