// SNTP: a task that asks its servers in turn, every hour once one has answered, after 15 s and then ever longer while none does (lwIP's
// SNTP_RETRY_TIMEOUT, doubling up to ten times that).
#include "esp_netif_sntp.h"
#include "esp_sntp.h"
#include <string.h>
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "hal_internal.h"
#include "host.h"

enum { LEAST_MS = 15000, RETRY_MS = 15000, RETRY_MOST_MS = 150000 };
static esp_sntp_config_t config;
static SemaphoreHandle_t synced;
static TaskHandle_t task;
static uint32_t interval_ms = 3600000;
static sntp_sync_status_t status;
static sntp_sync_time_cb_t notify;

static bool ask(void) {
  for (size_t i = 0; i < config.num_of_servers; i++) {
    const char *server = config.servers[i];
    double us = server ? host_sntp(server, strlen(server)) : -1;
    if (us < 0) continue;
    struct timeval now = {.tv_sec = (time_t)(us / 1e6)};
    now.tv_usec = (suseconds_t)(us - (double)now.tv_sec * 1e6);
    settimeofday(&now, NULL);
    status = SNTP_SYNC_STATUS_COMPLETED;
    if (config.sync_cb) config.sync_cb(&now);
    if (notify) notify(&now);
    if (synced) xSemaphoreGive(synced);
    return true;
  }
  return false;
}

static void run(void *unused) {
  (void)unused;
  uint32_t retry = RETRY_MS;
  for (;;) {
    bool done = ask();
    vTaskDelay(pdMS_TO_TICKS(done ? interval_ms : retry));
    retry = done ? RETRY_MS : retry * 2 < RETRY_MOST_MS ? retry * 2 : RETRY_MOST_MS;
  }
}

esp_err_t esp_netif_sntp_start(void) {
  if (task) return ESP_OK;
  return xTaskCreate(run, "sntp", 3072, NULL, 18, &task) == pdPASS ? ESP_OK : ESP_ERR_NO_MEM;
}
esp_err_t esp_netif_sntp_init(const esp_sntp_config_t *wanted) {
  if (!wanted || wanted->num_of_servers > CONFIG_LWIP_SNTP_MAX_SERVERS) return ESP_ERR_INVALID_ARG;
  if (task || synced) return ESP_ERR_INVALID_STATE;
  config = *wanted;
  if (config.wait_for_sync && !(synced = xSemaphoreCreateBinary())) return ESP_ERR_NO_MEM;
  return config.start ? esp_netif_sntp_start() : ESP_OK;
}
void esp_netif_sntp_deinit(void) {
  if (task) vTaskDelete(task);
  if (synced) vSemaphoreDelete(synced);
  task = NULL;
  synced = NULL;
}
esp_err_t esp_netif_sntp_sync_wait(TickType_t ticks) {
  if (!synced) return ESP_ERR_INVALID_STATE;
  return xSemaphoreTake(synced, ticks) == pdTRUE ? ESP_OK : ESP_ERR_TIMEOUT;
}

// ---- esp_sntp.h: the same service by its older names ----

void sntp_set_sync_mode(sntp_sync_mode_t mode) { (void)mode; }
sntp_sync_status_t sntp_get_sync_status(void) {
  sntp_sync_status_t was = status;
  if (was == SNTP_SYNC_STATUS_COMPLETED) status = SNTP_SYNC_STATUS_RESET;
  return was;
}
void sntp_set_time_sync_notification_cb(sntp_sync_time_cb_t callback) { notify = callback; }
void sntp_set_sync_interval(uint32_t ms) { interval_ms = ms < LEAST_MS ? LEAST_MS : ms; }
uint32_t sntp_get_sync_interval(void) { return interval_ms; }
void esp_sntp_setoperatingmode(esp_sntp_operatingmode_t mode) { (void)mode; }
void esp_sntp_setservername(uint8_t index, const char *server) {
  if (index >= CONFIG_LWIP_SNTP_MAX_SERVERS) return;
  config.servers[index] = server;
  if (config.num_of_servers <= index) config.num_of_servers = index + 1u;
}
const char *esp_sntp_getservername(uint8_t index) { return index < config.num_of_servers ? config.servers[index] : NULL; }
void esp_sntp_init(void) { esp_netif_sntp_start(); }
void esp_sntp_stop(void) { esp_netif_sntp_deinit(); }
bool esp_sntp_enabled(void) { return task != NULL; }
