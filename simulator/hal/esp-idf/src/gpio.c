// The GPIO driver over the virtual pins (components/esp_driver_gpio).
#include "driver/gpio.h"
#include "hal_internal.h"
#include "host.h"
#include "soc/soc_caps.h"

// Pin modes as the host knows them: Arduino's numbers.
enum { DISABLED = 0x00, INPUT = 0x01, OUTPUT = 0x03, INPUT_PULLUP = 0x05, INPUT_PULLDOWN = 0x09, OUTPUT_OPEN_DRAIN = 0x13 };

static struct {
  gpio_isr_t handler;
  void *arg;
  gpio_int_type_t type;
} pins[SOC_GPIO_PIN_COUNT];

static bool valid(int pin) { return pin >= 0 && pin < SOC_GPIO_PIN_COUNT; }

__attribute__((weak)) void hal_gpio_attached(int pin) { (void)pin; }

void hal_gpio_run(int pin) {
  if (valid(pin) && pins[pin].handler) pins[pin].handler(pins[pin].arg);
  else hal_gpio_attached(pin);
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
    gpio_num_t num = (gpio_num_t)pin;
    if (config->mode & GPIO_MODE_OUTPUT) gpio_set_direction(num, config->mode);
    else gpio_set_pull_mode(num, config->pull_up_en ? GPIO_PULLUP_ONLY : config->pull_down_en ? GPIO_PULLDOWN_ONLY : GPIO_FLOATING);
    gpio_set_intr_type(num, config->intr_type);
  }
  return ESP_OK;
}
esp_err_t gpio_reset_pin(gpio_num_t pin) {
  if (!valid(pin)) return ESP_ERR_INVALID_ARG;
  gpio_isr_handler_remove(pin);
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
  pins[pin].type = type;
  if (pins[pin].handler) host_gpio_attach(pin, type);
  return ESP_OK;
}
esp_err_t gpio_install_isr_service(int flags) {
  (void)flags;
  return ESP_OK;
}
esp_err_t gpio_isr_handler_add(gpio_num_t pin, gpio_isr_t handler, void *args) {
  if (!valid(pin)) return ESP_ERR_INVALID_ARG;
  pins[pin].handler = handler;
  pins[pin].arg = args;
  host_gpio_attach(pin, pins[pin].type);
  return ESP_OK;
}
esp_err_t gpio_isr_handler_remove(gpio_num_t pin) {
  if (!valid(pin)) return ESP_ERR_INVALID_ARG;
  host_gpio_attach(pin, 0);
  pins[pin].handler = NULL;
  return ESP_OK;
}
