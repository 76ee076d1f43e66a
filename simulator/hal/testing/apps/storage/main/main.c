// NVS, heap, log, shutdown, time: and across a restart what slots.c has prepared.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "check.h"
#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_netif_sntp.h"
#include "esp_sntp.h"
#include "esp_system.h"
#include "esp_wifi.h"
#include "nvs.h"
#include "nvs_flash.h"

static int checks, failures;
void check(int ok, const char *what) {
  checks++;
  failures += !ok;
  printf("%s %s\n", ok ? "PASS" : "FAIL", what);
}

static void nvs(void) {
  nvs_handle_t handle;
  nvs_iterator_t it;
  CHECK(nvs_open("app", NVS_READWRITE, &handle) == ESP_ERR_NVS_NOT_INITIALIZED);
  CHECK(nvs_flash_init() == ESP_OK && nvs_open("app", NVS_READWRITE, &handle) == ESP_OK);
  uint8_t blob[300];
  memset(blob, 0x5a, sizeof blob);
  CHECK(nvs_set_u32(handle, "boots", 1) == ESP_OK && nvs_set_str(handle, "name", "pump") == ESP_OK);
  CHECK(nvs_set_blob(handle, "state", blob, sizeof blob) == ESP_OK && nvs_commit(handle) == ESP_OK);
  size_t used = 0, length = 0;
  CHECK(nvs_get_used_entry_count(handle, &used) == ESP_OK && used > 3);
  CHECK(nvs_get_blob(handle, "state", NULL, &length) == ESP_OK && length == sizeof blob);
  char seen[64] = "";
  esp_err_t err = nvs_entry_find("nvs", "app", NVS_TYPE_ANY, &it);
  for (nvs_entry_info_t info; err == ESP_OK; err = nvs_entry_next(&it)) {
    nvs_entry_info(it, &info);
    snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s:%02x ", info.key, info.type);
  }
  printf("keys %s\n", seen);
  CHECK(err == ESP_ERR_NVS_NOT_FOUND && it == NULL);
  CHECK(strstr(seen, "boots:04") && strstr(seen, "name:21") && strstr(seen, "state:42"));
  CHECK(nvs_entry_find_in_handle(handle, NVS_TYPE_U32, &it) == ESP_OK);
  CHECK(nvs_entry_next(&it) == ESP_ERR_NVS_NOT_FOUND);
  CHECK(nvs_erase_key(handle, "name") == ESP_OK && nvs_erase_key(handle, "name") == ESP_ERR_NVS_NOT_FOUND);
  nvs_close(handle);
  CHECK(nvs_set_u32(handle, "boots", 2) == ESP_ERR_NVS_INVALID_HANDLE);
  CHECK(nvs_flash_deinit() == ESP_OK && nvs_open("app", NVS_READONLY, &handle) == ESP_ERR_NVS_NOT_INITIALIZED);
  CHECK(nvs_flash_init() == ESP_OK && nvs_open("app", NVS_READONLY, &handle) == ESP_OK);
  CHECK(nvs_set_u32(handle, "boots", 2) == ESP_ERR_NVS_READ_ONLY);
  nvs_close(handle);
}

static void *volatile kept; // a compiler may leave out an allocation that nobody sees
static void heap(void) {
  uint32_t before = esp_get_free_heap_size();
  kept = malloc(20000);
  CHECK(kept && before - esp_get_free_heap_size() >= 20000);
  free(kept);
  CHECK(esp_get_free_heap_size() == before && esp_get_minimum_free_heap_size() <= before - 20000);
  kept = malloc(1 << 20);
  CHECK(kept == NULL);
  kept = malloc(7777); // the test lets this one fail
  CHECK(kept == NULL);
  kept = malloc(7777 + 64);
  CHECK(kept != NULL);
  free(kept);
}

static void logs(void) {
  esp_log_level_set("quiet", ESP_LOG_ERROR);
  ESP_LOGI("quiet", "not to be seen");
  ESP_LOGE("quiet", "an error");
  ESP_LOGI("loud", "to be seen");
  CHECK(esp_log_level_get("quiet") == ESP_LOG_ERROR && esp_log_level_get("loud") == ESP_LOG_INFO);
}

static void last_words(void) { printf("shutdown handler\n"); }

static void got_ip(void *task, esp_event_base_t base, int32_t id, void *data) {
  (void)base, (void)id, (void)data;
  xTaskNotifyGive(task);
}
static void wall_time(void) {
  CHECK(time(NULL) < 1000); // nobody has set it
  esp_netif_init();
  esp_event_loop_create_default();
  esp_netif_create_default_wifi_sta();
  wifi_init_config_t init = WIFI_INIT_CONFIG_DEFAULT();
  wifi_config_t config = {.sta = {.ssid = "ota-bench", .password = "ota-bench-pass"}};
  esp_event_handler_register(IP_EVENT, IP_EVENT_STA_GOT_IP, got_ip, xTaskGetCurrentTaskHandle());
  CHECK(esp_wifi_init(&init) == ESP_OK && esp_wifi_set_config(WIFI_IF_STA, &config) == ESP_OK);
  CHECK(esp_wifi_start() == ESP_OK && esp_wifi_connect() == ESP_OK);
  CHECK(ulTaskNotifyTake(pdTRUE, 10000) == 1);
  esp_sntp_config_t sntp = ESP_NETIF_SNTP_DEFAULT_CONFIG("pool.ntp.org");
  CHECK(esp_netif_sntp_init(&sntp) == ESP_OK && esp_netif_sntp_init(&sntp) == ESP_ERR_INVALID_STATE);
  CHECK(esp_netif_sntp_sync_wait(pdMS_TO_TICKS(2000)) == ESP_ERR_TIMEOUT); // the server is silent at first
  CHECK(esp_netif_sntp_sync_wait(pdMS_TO_TICKS(20000)) == ESP_OK);
  CHECK(time(NULL) > 1767225600 && time(NULL) < 1767225700);
  CHECK(sntp_get_sync_status() == SNTP_SYNC_STATUS_COMPLETED && sntp_get_sync_status() == SNTP_SYNC_STATUS_RESET);
}

void app_main(void) {
  if (esp_reset_reason() == ESP_RST_SW) {
    second_boot();
    CHECK(time(NULL) > 1767225600); // the RTC goes on across a restart
  } else {
    nvs();
    heap();
    logs();
    wall_time();
    first_boot();
  }
  printf("DONE %d checks, %d failures\n", checks, failures);
  fflush(stdout);
  if (esp_reset_reason() == ESP_RST_SW) return;
  CHECK(esp_register_shutdown_handler(last_words) == ESP_OK);
  esp_restart();
}
