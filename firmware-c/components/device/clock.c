#include "device_clock.h"
#include "esp_log.h"
#include "esp_netif_sntp.h"
#include "freertos/FreeRTOS.h"
#include "sdkconfig.h"

static const char *TAG = "clock";

void device_clock_start(uint32_t timeout_ms)
{
    esp_sntp_config_t config = ESP_NETIF_SNTP_DEFAULT_CONFIG(CONFIG_DEVICE_SNTP_SERVER);
    if (sizeof(CONFIG_DEVICE_SNTP_SERVER) == 1)
        return;
    esp_err_t err = esp_netif_sntp_init(&config);
    if (err == ESP_OK)
        err = esp_netif_sntp_sync_wait(pdMS_TO_TICKS(timeout_ms));
    if (err != ESP_OK)
        ESP_LOGW(TAG, "not set yet (%s): https servers are refused until it is", esp_err_to_name(err));
}
