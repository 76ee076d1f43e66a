#pragma once

#include "ota_port.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

/** The core's ports on ESP-IDF, one file each. HTTP and the writer of flash keep state: http_port.h, slot_writer.h. */

/** Slots are application partitions; reads, otadata and the writer behind ota_flash_port_t. */
void ota_esp_flash_port(ota_flash_port_t *port);

/** Blobs in an NVS namespace of the client's own. nvs_flash_init() is the application's. */
void ota_esp_kv_port(ota_kv_port_t *port);

/** mbedtls before ESP-IDF 6, PSA from then on. One digest at a time, as the port says. */
void ota_esp_hash_port(ota_hash_port_t *port);

/** Who sleeps: a task of the client's own, which a notification wakes, or the application's (task NULL), which nothing does. */
typedef struct {
    TaskHandle_t task;
    volatile bool stop;
} ota_esp_sleeper_t;

/** esp_timer, time(), FreeRTOS delays, the hardware's random numbers. */
void ota_esp_clock_port(ota_clock_port_t *port, ota_esp_sleeper_t *sleeper);

/** esp_reset_reason, esp_restart, and a one-shot esp_timer that restarts even when every other task hangs. */
void ota_esp_reboot_port(ota_reboot_port_t *port);

/** ESP_LOGx with the tag "ota_client". */
void ota_esp_log_port(ota_log_port_t *port);

#define OTA_LOG_TAG "ota_client"
