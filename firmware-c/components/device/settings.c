#include "device_settings.h"
#include "esp_log.h"
#include "esp_mac.h"
#include "nvs.h"
#include "sdkconfig.h"
#include <inttypes.h>
#include <string.h>

static const char *TAG = "settings";

static uint64_t number_of_mac(void)
{
    uint8_t mac[6] = {0};
    uint64_t number = 0;
    esp_efuse_mac_get_default(mac);
    for (size_t i = 0; i < sizeof(mac); i++)
        number = number << 8 | mac[i];
    return number;
}

static void load_id(nvs_handle_t nvs, uint64_t *id)
{
    uint32_t small;
    if (nvs_get_u32(nvs, "device_id", &small) == ESP_OK)
        *id = small;
    else
        nvs_get_u64(nvs, "device_id", id);
}

/** A value that does not fit is not used: half a password helps nobody. */
static void load_text(nvs_handle_t nvs, const char *key, char *value, size_t size)
{
    size_t len = 0;
    if (nvs_get_str(nvs, key, NULL, &len) != ESP_OK)
        return;
    if (len > size || nvs_get_str(nvs, key, value, &size) != ESP_OK)
        ESP_LOGE(TAG, "%s in NVS cannot be used: %u bytes where %u fit", key, (unsigned)len, (unsigned)size);
}

void device_settings_load(device_settings_t *settings)
{
    nvs_handle_t nvs;
    memset(settings, 0, sizeof(*settings));
    settings->device_id = number_of_mac();
    strlcpy(settings->wifi_ssid, CONFIG_DEVICE_WIFI_SSID, sizeof(settings->wifi_ssid));
    strlcpy(settings->wifi_password, CONFIG_DEVICE_WIFI_PASSWORD, sizeof(settings->wifi_password));
    if (nvs_open("ota", NVS_READONLY, &nvs) != ESP_OK) {
        ESP_LOGW(TAG, "not provisioned (NVS namespace \"ota\"): device %" PRIu64 " by its MAC", settings->device_id);
        return;
    }
    load_id(nvs, &settings->device_id);
    load_text(nvs, "wifi_ssid", settings->wifi_ssid, sizeof(settings->wifi_ssid));
    load_text(nvs, "wifi_pass", settings->wifi_password, sizeof(settings->wifi_password));
    load_text(nvs, "server", settings->server, sizeof(settings->server));
    load_text(nvs, "token", settings->token, sizeof(settings->token));
    nvs_close(nvs);
}
