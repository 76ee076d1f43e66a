// The WiFi station over the host's radio: a task of the driver's takes its events and posts them to the default loop.
#include "esp_wifi.h"
#include <string.h>
#include "esp_log.h"
#include "esp_mac.h"
#include "freertos/task.h"
#include "hal_internal.h"
#include "host.h"

ESP_EVENT_DEFINE_BASE(WIFI_EVENT);

static struct {
  bool init, started, connecting, associated;
  wifi_mode_t mode;
  wifi_config_t config;
  wifi_ps_type_t ps;
} wifi = {.ps = WIFI_PS_MIN_MODEM};
static TaskHandle_t driver;

static size_t length_of(const uint8_t *text, size_t most) {
  size_t n = 0;
  while (n < most && text[n]) n++;
  return n;
}

static void on_connected(const host_wifi_event_t *event) {
  wifi_event_sta_connected_t data = {.ssid_len = (uint8_t)event->ssid_length, .channel = (uint8_t)event->channel, .aid = 1};
  memcpy(data.ssid, event->ssid, sizeof data.ssid);
  memcpy(data.bssid, event->bssid, sizeof data.bssid);
  data.authmode = wifi.config.sta.password[0] ? WIFI_AUTH_WPA2_PSK : WIFI_AUTH_OPEN;
  wifi.connecting = false;
  wifi.associated = true;
  esp_event_post(WIFI_EVENT, WIFI_EVENT_STA_CONNECTED, &data, sizeof data, portMAX_DELAY);
  hal_netif_got_ip(event->ip, event->netmask, event->gateway);
}

static void on_disconnected(const host_wifi_event_t *event) {
  wifi_event_sta_disconnected_t data = {.reason = (uint8_t)event->reason, .rssi = event->rssi ? (int8_t)event->rssi : -128};
  data.ssid_len = (uint8_t)length_of(wifi.config.sta.ssid, sizeof wifi.config.sta.ssid);
  memcpy(data.ssid, wifi.config.sta.ssid, data.ssid_len);
  memcpy(data.bssid, event->bssid, sizeof data.bssid);
  wifi.connecting = wifi.associated = false;
  hal_netif_lost_ip();
  esp_event_post(WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, &data, sizeof data, portMAX_DELAY);
}

static void drive(void *unused) {
  (void)unused;
  host_wifi_event_t event;
  for (;;) {
    while (host_wifi_event(&event)) {
      if (event.kind == HOST_WIFI_CONNECTED) on_connected(&event);
      else on_disconnected(&event);
    }
    host_task_wait(HOST_CHANNEL_WIFI, -1);
  }
}

esp_err_t esp_wifi_init(const wifi_init_config_t *config) {
  if (!config || config->magic != WIFI_INIT_CONFIG_MAGIC) return ESP_ERR_INVALID_ARG;
  if (wifi.init) return ESP_OK;
  if (!driver && xTaskCreatePinnedToCore(drive, "wifi", 3584, NULL, 23, &driver, 0) != pdPASS) return ESP_ERR_NO_MEM;
  host_wifi_watch();
  wifi.init = true;
  wifi.mode = WIFI_MODE_STA;
  return ESP_OK;
}
esp_err_t esp_wifi_deinit(void) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  if (wifi.started) return ESP_ERR_WIFI_NOT_STOPPED;
  wifi.init = false;
  return ESP_OK;
}
esp_err_t esp_wifi_set_mode(wifi_mode_t mode) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  if (mode != WIFI_MODE_STA && mode != WIFI_MODE_NULL) return ESP_ERR_NOT_SUPPORTED;
  wifi.mode = mode;
  return ESP_OK;
}
esp_err_t esp_wifi_get_mode(wifi_mode_t *mode) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  if (!mode) return ESP_ERR_INVALID_ARG;
  *mode = wifi.mode;
  return ESP_OK;
}
esp_err_t esp_wifi_start(void) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  if (wifi.started || wifi.mode != WIFI_MODE_STA) return ESP_OK;
  wifi.started = true;
  esp_event_post(WIFI_EVENT, WIFI_EVENT_STA_START, NULL, 0, portMAX_DELAY);
  return ESP_OK;
}
esp_err_t esp_wifi_stop(void) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  if (!wifi.started) return ESP_OK;
  if (wifi.connecting || wifi.associated) esp_wifi_disconnect();
  wifi.started = false;
  esp_event_post(WIFI_EVENT, WIFI_EVENT_STA_STOP, NULL, 0, portMAX_DELAY);
  return ESP_OK;
}
esp_err_t esp_wifi_restore(void) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  memset(&wifi.config, 0, sizeof wifi.config);
  return ESP_OK;
}

esp_err_t esp_wifi_connect(void) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  if (!wifi.started) return ESP_ERR_WIFI_NOT_STARTED;
  if (wifi.mode != WIFI_MODE_STA) return ESP_ERR_WIFI_MODE;
  const wifi_sta_config_t *sta = &wifi.config.sta;
  size_t ssid = length_of(sta->ssid, sizeof sta->ssid);
  if (ssid == 0) return ESP_ERR_WIFI_SSID;
  if (wifi.connecting || wifi.associated) return ESP_ERR_WIFI_CONN;
  wifi.connecting = true;
  host_wifi_begin((const char *)sta->ssid, ssid, (const char *)sta->password,
                  length_of(sta->password, sizeof sta->password), sta->channel);
  return ESP_OK;
}
esp_err_t esp_wifi_disconnect(void) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  if (!wifi.started) return ESP_ERR_WIFI_NOT_STARTED;
  bool was = wifi.connecting || wifi.associated;
  bool associated = wifi.associated;
  wifi.connecting = false;
  host_wifi_disconnect();
  // The radio tells of the end of a connection, but not of an attempt that was called off.
  if (was && !associated) {
    host_wifi_event_t event = {.kind = HOST_WIFI_DISCONNECTED, .reason = WIFI_REASON_ASSOC_LEAVE};
    on_disconnected(&event);
  }
  return ESP_OK;
}

esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *config) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  if (!config) return ESP_ERR_INVALID_ARG;
  if (interface != WIFI_IF_STA) return ESP_ERR_WIFI_IF;
  if (wifi.mode != WIFI_MODE_STA) return ESP_ERR_WIFI_MODE;
  if (wifi.connecting) return ESP_ERR_WIFI_STATE;
  size_t password = length_of(config->sta.password, sizeof config->sta.password);
  if (password > 0 && password < 8) return ESP_ERR_WIFI_PASSWORD;
  wifi.config = *config;
  return ESP_OK;
}
esp_err_t esp_wifi_get_config(wifi_interface_t interface, wifi_config_t *config) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  if (!config) return ESP_ERR_INVALID_ARG;
  if (interface != WIFI_IF_STA) return ESP_ERR_WIFI_IF;
  *config = wifi.config;
  return ESP_OK;
}
esp_err_t esp_wifi_set_storage(wifi_storage_t storage) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  return storage <= WIFI_STORAGE_RAM ? ESP_OK : ESP_ERR_INVALID_ARG;
}
esp_err_t esp_wifi_set_ps(wifi_ps_type_t type) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  wifi.ps = type;
  return ESP_OK;
}
esp_err_t esp_wifi_get_ps(wifi_ps_type_t *type) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  if (!type) return ESP_ERR_INVALID_ARG;
  *type = wifi.ps;
  return ESP_OK;
}
esp_err_t esp_wifi_get_mac(wifi_interface_t interface, uint8_t mac[6]) {
  if (!wifi.init) return ESP_ERR_WIFI_NOT_INIT;
  return esp_read_mac(mac, interface == WIFI_IF_AP ? ESP_MAC_WIFI_SOFTAP : ESP_MAC_WIFI_STA);
}
esp_err_t esp_wifi_sta_get_ap_info(wifi_ap_record_t *out) {
  if (!out) return ESP_ERR_INVALID_ARG;
  if (!wifi.associated) return ESP_ERR_WIFI_NOT_CONNECT;
  memset(out, 0, sizeof *out);
  host_wifi_ssid((char *)out->ssid, sizeof out->ssid - 1);
  out->primary = (uint8_t)host_wifi_channel();
  out->rssi = (int8_t)host_wifi_rssi();
  out->authmode = wifi.config.sta.password[0] ? WIFI_AUTH_WPA2_PSK : WIFI_AUTH_OPEN;
  return ESP_OK;
}
esp_err_t esp_wifi_sta_get_rssi(int *rssi) {
  if (!rssi) return ESP_ERR_INVALID_ARG;
  if (!wifi.associated) return ESP_FAIL;
  *rssi = host_wifi_rssi();
  return ESP_OK;
}
esp_err_t esp_wifi_set_max_tx_power(int8_t power) {
  if (!wifi.started) return ESP_ERR_WIFI_NOT_STARTED;
  return power >= 8 && power <= 84 ? ESP_OK : ESP_ERR_INVALID_ARG;
}
esp_err_t esp_wifi_set_country_code(const char *country, bool ieee80211d_enabled) {
  (void)ieee80211d_enabled;
  return country && strlen(country) >= 2 ? ESP_OK : ESP_ERR_INVALID_ARG;
}
