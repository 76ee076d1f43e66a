#include "esp_log.h"
#include "ports.h"

static void log_line(void *ctx, ota_log_level_t level, const char *text)
{
    (void)ctx;
    switch (level) {
    case OTA_LOG_ERROR:
        ESP_LOGE(OTA_LOG_TAG, "%s", text);
        break;
    case OTA_LOG_WARN:
        ESP_LOGW(OTA_LOG_TAG, "%s", text);
        break;
    case OTA_LOG_INFO:
        ESP_LOGI(OTA_LOG_TAG, "%s", text);
        break;
    case OTA_LOG_DEBUG:
        ESP_LOGD(OTA_LOG_TAG, "%s", text);
        break;
    }
}

void ota_esp_log_port(ota_log_port_t *port)
{
    *port = (ota_log_port_t){.line = log_line};
}
