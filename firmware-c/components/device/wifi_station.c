#include "wifi_station.h"
#include "esp_bit_defs.h"
#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_timer.h"
#include "esp_wifi.h"
#include "freertos/FreeRTOS.h"
#include "freertos/event_groups.h"
#include <string.h>

static const char *TAG = "wifi";

#define HAS_ADDRESS BIT0
#define PAUSE_FIRST_MS 1000u
#define PAUSE_MAX_MS 60000u

static EventGroupHandle_t s_events;
static esp_timer_handle_t s_retry;
static uint32_t s_pause_ms = PAUSE_FIRST_MS;

static void connect_again(void *arg)
{
    (void)arg;
    esp_wifi_connect();
}

static void on_disconnected(const wifi_event_sta_disconnected_t *event)
{
    xEventGroupClearBits(s_events, HAS_ADDRESS);
    ESP_LOGW(TAG, "not connected (reason %d); next try in %u s", event->reason, (unsigned)(s_pause_ms / 1000));
    esp_timer_stop(s_retry);
    esp_timer_start_once(s_retry, (uint64_t)s_pause_ms * 1000u);
    s_pause_ms = s_pause_ms * 2 < PAUSE_MAX_MS ? s_pause_ms * 2 : PAUSE_MAX_MS;
}

static void on_event(void *arg, esp_event_base_t base, int32_t id, void *data)
{
    (void)arg;
    if (base == WIFI_EVENT && id == WIFI_EVENT_STA_START) {
        esp_wifi_connect();
    } else if (base == WIFI_EVENT && id == WIFI_EVENT_STA_DISCONNECTED) {
        on_disconnected(data);
    } else if (base == IP_EVENT && id == IP_EVENT_STA_GOT_IP) {
        const ip_event_got_ip_t *event = data;
        ESP_LOGI(TAG, "address " IPSTR, IP2STR(&event->ip_info.ip));
        s_pause_ms = PAUSE_FIRST_MS;
        xEventGroupSetBits(s_events, HAS_ADDRESS);
    }
}

static esp_err_t listen(void)
{
    const esp_timer_create_args_t retry = {.callback = connect_again, .name = "wifi_retry"};
    s_events = xEventGroupCreate();
    if (!s_events)
        return ESP_ERR_NO_MEM;
    esp_err_t err = esp_timer_create(&retry, &s_retry);
    if (err == ESP_OK)
        err = esp_event_handler_instance_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_event, NULL, NULL);
    if (err == ESP_OK)
        err = esp_event_handler_instance_register(IP_EVENT, IP_EVENT_STA_GOT_IP, on_event, NULL, NULL);
    return err;
}

esp_err_t wifi_station_start(const char *ssid, const char *password)
{
    wifi_init_config_t init = WIFI_INIT_CONFIG_DEFAULT();
    wifi_config_t config = {0};
    if (strlen(ssid) > sizeof(config.sta.ssid) || strlen(password) > sizeof(config.sta.password))
        return ESP_ERR_INVALID_ARG;
    memcpy(config.sta.ssid, ssid, strlen(ssid));
    memcpy(config.sta.password, password, strlen(password));
    config.sta.threshold.authmode = password[0] ? WIFI_AUTH_WPA2_PSK : WIFI_AUTH_OPEN;

    esp_err_t err = listen();
    if (err == ESP_OK && !esp_netif_create_default_wifi_sta())
        err = ESP_ERR_NO_MEM;
    if (err == ESP_OK)
        err = esp_wifi_init(&init);
    /* The settings are ours to keep: the driver would write its own copy to NVS. */
    if (err == ESP_OK)
        err = esp_wifi_set_storage(WIFI_STORAGE_RAM);
    if (err == ESP_OK)
        err = esp_wifi_set_mode(WIFI_MODE_STA);
    if (err == ESP_OK)
        err = esp_wifi_set_config(WIFI_IF_STA, &config);
    if (err == ESP_OK)
        err = esp_wifi_start();
    return err;
}

bool wifi_station_wait(uint32_t timeout_ms)
{
    return (xEventGroupWaitBits(s_events, HAS_ADDRESS, pdFALSE, pdTRUE, pdMS_TO_TICKS(timeout_ms)) & HAS_ADDRESS) != 0;
}
