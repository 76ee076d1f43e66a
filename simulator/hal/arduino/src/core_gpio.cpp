// Pins and their interrupts: Arduino's and ESP-IDF's interface to the same virtual pins.
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
  gpio_int_type_t idf_type = GPIO_INTR_DISABLE;
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

void hal_gpio_run(int pin) {
  if (!valid(pin)) return;
  Handler &h = handlers[pin];
  if (h.plain) h.plain();
  else if (h.with_arg) h.with_arg(h.arg);
  else if (h.functional && *h.functional) (*h.functional)();
}

esp_err_t gpio_set_direction(gpio_num_t pin, gpio_mode_t mode) {
  if (!valid(pin)) return ESP_ERR_INVALID_ARG;
  host_gpio_mode(pin, mode & GPIO_MODE_OUTPUT ? (mode & 4 ? OUTPUT_OPEN_DRAIN : OUTPUT) : (mode & 1 ? INPUT : DISABLED));
  return ESP_OK;
}
esp_err_t gpio_set_pull_mode(gpio_num_t pin, gpio_pull_mode_t pull) {
  if (!valid(pin)) return ESP_ERR_INVALID_ARG;
  host_gpio_mode(pin, pull == GPIO_PULLUP_ONLY ? INPUT_PULLUP : pull == GPIO_PULLDOWN_ONLY ? INPUT_PULLDOWN : INPUT);
  return ESP_OK;
}
esp_err_t gpio_config(const gpio_config_t *config) {
  if (!config || config->pin_bit_mask >> SOC_GPIO_PIN_COUNT) return ESP_ERR_INVALID_ARG;
  for (int pin = 0; pin < SOC_GPIO_PIN_COUNT; pin++) {
    if (!(config->pin_bit_mask >> pin & 1)) continue;
    gpio_num_t num = static_cast<gpio_num_t>(pin);
    if (config->mode & GPIO_MODE_OUTPUT) gpio_set_direction(num, config->mode);
    else gpio_set_pull_mode(num, config->pull_up_en ? GPIO_PULLUP_ONLY : config->pull_down_en ? GPIO_PULLDOWN_ONLY : GPIO_FLOATING);
    gpio_set_intr_type(num, config->intr_type);
  }
  return ESP_OK;
}
esp_err_t gpio_reset_pin(gpio_num_t pin) {
  if (!valid(pin)) return ESP_ERR_INVALID_ARG;
  host_gpio_attach(pin, 0);
  clear(pin);
  host_gpio_mode(pin, INPUT_PULLUP);
  return ESP_OK;
}
esp_err_t gpio_set_level(gpio_num_t pin, uint32_t level) {
  if (!valid(pin)) return ESP_ERR_INVALID_ARG;
  host_gpio_write(pin, level != 0);
  return ESP_OK;
}
int gpio_get_level(gpio_num_t pin) { return valid(pin) ? host_gpio_read(pin) : 0; }
esp_err_t gpio_set_intr_type(gpio_num_t pin, gpio_int_type_t type) {
  if (!valid(pin) || type >= GPIO_INTR_MAX) return ESP_ERR_INVALID_ARG;
  handlers[pin].idf_type = type;
  if (handlers[pin].with_arg) host_gpio_attach(pin, type);
  return ESP_OK;
}
esp_err_t gpio_install_isr_service(int) { return ESP_OK; }
esp_err_t gpio_isr_handler_add(gpio_num_t pin, gpio_isr_t handler, void *args) {
  if (!valid(pin)) return ESP_ERR_INVALID_ARG;
  handlers[pin].with_arg = handler;
  handlers[pin].arg = args;
  host_gpio_attach(pin, handlers[pin].idf_type);
  return ESP_OK;
}
esp_err_t gpio_isr_handler_remove(gpio_num_t pin) {
  if (!valid(pin)) return ESP_ERR_INVALID_ARG;
  detachInterrupt(static_cast<uint8_t>(pin));
  return ESP_OK;
}

} // extern "C"

void attachInterrupt(uint8_t pin, std::function<void(void)> intRoutine, int mode) {
  if (!valid(pin)) return;
  clear(pin);
  handlers[pin].functional = std::make_unique<std::function<void(void)>>(std::move(intRoutine));
  host_gpio_attach(pin, mode);
}
