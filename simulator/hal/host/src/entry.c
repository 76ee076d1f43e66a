// What the host calls besides hal_start and hal_loop_pass, which belong to the kind of app: a sketch's stand in arduino/src,
// those of an ESP-IDF app in esp-idf/start.
#include "hal_internal.h"
#include "host.h"

// The esp_timer task's C stack. 8 KB: callbacks that print need most of it (CONFIG_ESP_TIMER_TASK_STACK_SIZE is 4 KB on
// the chip, where a C library frame is smaller).
_Alignas(16) uint8_t hal_timer_stack[8192];
const uint32_t hal_timer_stack_size = sizeof hal_timer_stack;

// Passes of loop() that have come to their end: the host sees by it that one did not block, without asking a promise.
uint32_t hal_pauses = 0;

void hal_task_entry(uint32_t id) { hal_freertos_run(id); }
void hal_timer_fire(uint32_t id) { hal_esp_timer_run(id); }
void hal_gpio_isr(int pin) {
  hal_set_isr(true);
  hal_gpio_run(pin);
  hal_set_isr(false);
}
