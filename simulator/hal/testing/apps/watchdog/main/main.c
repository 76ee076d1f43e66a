// What the task watchdog sees. Pins 12 to 14 say, as a binary number, which way this app goes wrong.
#include <stdio.h>
#include "driver/gpio.h"
#include "esp_system.h"
#include "esp_task_wdt.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

enum { SPIN_MAIN = 1, SPIN_CORE1, FORGET, FEED, WARN, USER, TASK_CRASH };

static void spin(void *unused) {
  (void)unused;
  volatile int x = 0;
  for (;;) x++;
}
static void crash(void *unused) {
  (void)unused;
  vTaskDelay(100);
  void (*volatile nowhere)(void) = NULL;
  nowhere();
}

static int wanted(void) {
  int number = 0;
  for (int i = 0; i < 3; i++) {
    gpio_set_direction((gpio_num_t)(12 + i), GPIO_MODE_INPUT);
    number |= gpio_get_level((gpio_num_t)(12 + i)) << i;
  }
  return number;
}

void app_main(void) {
  const int CASE = wanted();
  printf("reset reason %d\n", esp_reset_reason());
  if (esp_reset_reason() != ESP_RST_POWERON) return; // one failure is enough
  if (CASE == SPIN_MAIN) spin(NULL);
  if (CASE == SPIN_CORE1) xTaskCreatePinnedToCore(spin, "hog", 2048, NULL, 5, NULL, 1);
  if (CASE == TASK_CRASH) xTaskCreate(crash, "crasher", 4096, NULL, 5, NULL);
  if (CASE == WARN) {
    esp_task_wdt_config_t config = {.timeout_ms = 2000, .idle_core_mask = 0, .trigger_panic = false};
    printf("reconfigure %d\n", esp_task_wdt_reconfigure(&config));
  }
  if (CASE == USER) {
    esp_task_wdt_user_handle_t user;
    printf("add_user %d\n", esp_task_wdt_add_user("pump", &user));
  } else if (CASE >= FORGET) {
    printf("add %d, twice %d\n", esp_task_wdt_add(NULL), esp_task_wdt_add(NULL));
  }
  for (int i = 0; i < 9; i++) {
    vTaskDelay(pdMS_TO_TICKS(1000));
    if (CASE == FEED) esp_task_wdt_reset();
  }
  if (CASE == FEED) esp_task_wdt_delete(NULL);
  printf("end\n");
}
