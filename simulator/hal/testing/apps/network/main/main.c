// A WiFi station as ESP-IDF's own example makes it: events lead from start to an address, and every loss to another attempt.
#include <stdio.h>
#include <string.h>
#include "check.h"
#include "esp_event.h"
#include "esp_mac.h"
#include "esp_netif.h"
#include "esp_wifi.h"
#include "freertos/event_groups.h"
#include "nvs_flash.h"

static int checks, failures;
void check(int ok, const char *what) {
  checks++;
  failures += !ok;
  printf("%s %s\n", ok ? "PASS" : "FAIL", what);
}

static EventGroupHandle_t events;
enum { GOT_IP = 1, LOST = 2 };
static int reason, attempts, most_attempts;

static void on_wifi(void *arg, esp_event_base_t base, int32_t id, void *data) {
  (void)arg, (void)base;
  if (id == WIFI_EVENT_STA_START) {
    printf("started\n");
    esp_wifi_connect();
  } else if (id == WIFI_EVENT_STA_CONNECTED) {
    wifi_event_sta_connected_t *event = data;
    printf("connected to %.*s on channel %d\n", event->ssid_len, event->ssid, event->channel);
  } else if (id == WIFI_EVENT_STA_DISCONNECTED) {
    wifi_event_sta_disconnected_t *event = data;
    reason = event->reason;
    printf("disconnected, reason %d\n", reason);
    xEventGroupSetBits(events, LOST);
    if (++attempts < most_attempts) esp_wifi_connect();
  }
}
static void on_ip(void *arg, esp_event_base_t base, int32_t id, void *data) {
  (void)arg, (void)base, (void)id;
  ip_event_got_ip_t *event = data;
  printf("got " IPSTR " gateway " IPSTR "%s\n", IP2STR(&event->ip_info.ip), IP2STR(&event->ip_info.gw), event->ip_changed ? " (new)" : "");
  xEventGroupSetBits(events, GOT_IP);
}

static EventBits_t wait_for(EventBits_t bits, int seconds) {
  return xEventGroupWaitBits(events, bits, pdTRUE, pdFALSE, pdMS_TO_TICKS(seconds * 1000)) & bits;
}

static void configure(const char *ssid, const char *password) {
  wifi_config_t config = {.sta = {.threshold.authmode = WIFI_AUTH_WPA2_PSK}};
  strncpy((char *)config.sta.ssid, ssid, sizeof config.sta.ssid);
  strncpy((char *)config.sta.password, password, sizeof config.sta.password);
  CHECK(esp_wifi_set_config(WIFI_IF_STA, &config) == ESP_OK);
}

void app_main(void) {
  event_loops();
  events = xEventGroupCreate();
  CHECK(nvs_flash_init() == ESP_OK);
  CHECK(esp_wifi_connect() == ESP_ERR_WIFI_NOT_INIT);
  ESP_ERROR_CHECK(esp_netif_init());
  ESP_ERROR_CHECK(esp_event_loop_create_default());
  CHECK(esp_event_loop_create_default() == ESP_ERR_INVALID_STATE);
  esp_netif_t *netif = esp_netif_create_default_wifi_sta();
  wifi_init_config_t init = WIFI_INIT_CONFIG_DEFAULT();
  ESP_ERROR_CHECK(esp_wifi_init(&init));
  ESP_ERROR_CHECK(esp_event_handler_instance_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_wifi, NULL, NULL));
  ESP_ERROR_CHECK(esp_event_handler_instance_register(IP_EVENT, IP_EVENT_STA_GOT_IP, on_ip, NULL, NULL));
  ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
  CHECK(esp_wifi_connect() == ESP_ERR_WIFI_NOT_STARTED);

  configure("nobody-here", "whatever-it-is");
  ESP_ERROR_CHECK(esp_wifi_start());
  CHECK(wait_for(LOST, 10) && reason == WIFI_REASON_NO_AP_FOUND);
  configure("ota-bench", "wrong-password");
  CHECK(esp_wifi_connect() == ESP_OK);
  CHECK(esp_wifi_connect() == ESP_ERR_WIFI_CONN);
  CHECK(wait_for(LOST, 10) && reason == WIFI_REASON_4WAY_HANDSHAKE_TIMEOUT);
  CHECK(!esp_netif_is_netif_up(netif));

  configure("ota-bench", "ota-bench-pass");
  CHECK(esp_wifi_connect() == ESP_OK);
  CHECK(wait_for(GOT_IP, 10) == GOT_IP);
  esp_netif_ip_info_t ip;
  CHECK(esp_netif_get_ip_info(esp_netif_get_handle_from_ifkey("WIFI_STA_DEF"), &ip) == ESP_OK && ip.ip.addr != 0);
  wifi_ap_record_t ap;
  CHECK(esp_wifi_sta_get_ap_info(&ap) == ESP_OK && strcmp((char *)ap.ssid, "ota-bench") == 0 && ap.rssi == -50);
  CHECK(esp_netif_is_netif_up(netif));

  // The access point falls silent for a while: after 6 s without a beacon the station is lost, and finds its way back.
  most_attempts = 100;
  printf("cut me off\n");
  CHECK(wait_for(LOST, 20) == LOST && reason == WIFI_REASON_BEACON_TIMEOUT);
  CHECK(esp_netif_get_ip_info(netif, &ip) == ESP_OK && ip.ip.addr == 0);
  CHECK(wait_for(GOT_IP, 60) == GOT_IP);
  most_attempts = 0;
  xEventGroupClearBits(events, LOST);
  CHECK(esp_wifi_disconnect() == ESP_OK);
  CHECK(wait_for(LOST, 5) == LOST && reason == WIFI_REASON_ASSOC_LEAVE);
  CHECK(esp_wifi_sta_get_ap_info(&ap) == ESP_ERR_WIFI_NOT_CONNECT);
  CHECK(esp_wifi_stop() == ESP_OK);
  printf("DONE %d checks, %d failures\n", checks, failures);
}
