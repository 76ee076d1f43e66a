// An ESP-IDF app's start: the main task calls app_main() and ends when that returns (esp_system's app_startup).
#include "esp_task_wdt.h"
#include "freertos/task.h"
#include "hal_internal.h"
#include "host.h"
#include "sdkconfig.h"

extern void app_main(void);

void hal_start(void) {
  hal_name_main_task("main", 0);
  hal_task_wdt_start();
  app_main();
}

// The host plans passes of loop(), which an ESP-IDF app has not: its main task is over.
void hal_loop_pass(void) { vTaskDelete(NULL); }
