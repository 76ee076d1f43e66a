// SNTP: a task that asks its servers in turn, every hour once one has answered, after 15 s and then ever longer while none does (lwIP's
// SNTP_RETRY_TIMEOUT, doubling up to ten times that).
#include "esp_netif_sntp.h"
#include <string.h>
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "hal_internal.h"
#include "host.h"

enum { UPDATE_MS = 3600000, RETRY_MS = 15000, RETRY_MOST_MS = 150000, NOTHING_MS = 1000 };
static esp_sntp_config_t config;
static SemaphoreHandle_t synced;
static TaskHandle_t task;

static bool ask(void) {
  for (size_t i = 0; i < config.num_of_servers; i++) {
    const char *server = config.servers[i];
    double us = server ? host_sntp(server, strlen(server)) : -1;
    if (us < 0) continue;
    struct timeval now = {.tv_sec = (time_t)(us / 1e6)};
    now.tv_usec = (suseconds_t)(us - (double)now.tv_sec * 1e6);
    settimeofday(&now, NULL);
    if (config.sync_cb) config.sync_cb(&now);
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
    vTaskDelay(pdMS_TO_TICKS(done ? UPDATE_MS : retry));
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
