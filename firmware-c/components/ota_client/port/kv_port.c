#include "esp_log.h"
#include "nvs.h"
#include "ports.h"

/** Not "ota": that one holds what the device was provisioned with, and must outlive ota_client_factory_reset(). */
#define NAMESPACE "ota_client"

static ota_port_result_t result_of(esp_err_t err, const char *what)
{
    switch (err) {
    case ESP_OK:
        return OTA_PORT_OK;
    case ESP_ERR_NVS_NOT_FOUND:
    case ESP_ERR_NVS_INVALID_LENGTH:
        return OTA_PORT_NOT_FOUND;
    case ESP_ERR_NO_MEM:
        return OTA_PORT_NO_MEMORY;
    case ESP_ERR_NVS_NOT_INITIALIZED:
        ESP_LOGE(OTA_LOG_TAG, "NVS is not initialised: call nvs_flash_init() before the client");
        return OTA_PORT_IO;
    default:
        ESP_LOGE(OTA_LOG_TAG, "NVS %s failed: %s", what, esp_err_to_name(err));
        return OTA_PORT_IO;
    }
}

static ota_port_result_t kv_get(void *ctx, const char *key, void *value, size_t size, size_t *len)
{
    (void)ctx;
    nvs_handle_t nvs;
    esp_err_t err = nvs_open(NAMESPACE, NVS_READONLY, &nvs);
    if (err == ESP_OK) {
        *len = size;
        err = nvs_get_blob(nvs, key, value, len);
        nvs_close(nvs);
    }
    return result_of(err, "read");
}

static ota_port_result_t kv_set(void *ctx, const char *key, const void *value, size_t len)
{
    (void)ctx;
    nvs_handle_t nvs;
    esp_err_t err = nvs_open(NAMESPACE, NVS_READWRITE, &nvs);
    if (err == ESP_OK) {
        err = nvs_set_blob(nvs, key, value, len);
        if (err == ESP_OK)
            err = nvs_commit(nvs);
        nvs_close(nvs);
    }
    return result_of(err, "write");
}

/** Erases one key, or all of the namespace with NULL. */
static ota_port_result_t erase(const char *key)
{
    nvs_handle_t nvs;
    esp_err_t err = nvs_open(NAMESPACE, NVS_READWRITE, &nvs);
    if (err == ESP_OK) {
        err = key ? nvs_erase_key(nvs, key) : nvs_erase_all(nvs);
        if (err == ESP_OK)
            err = nvs_commit(nvs);
        nvs_close(nvs);
    }
    return err == ESP_ERR_NVS_NOT_FOUND ? OTA_PORT_OK : result_of(err, "erase");
}

static ota_port_result_t kv_erase(void *ctx, const char *key)
{
    (void)ctx;
    return erase(key);
}

static ota_port_result_t kv_erase_all(void *ctx)
{
    (void)ctx;
    return erase(NULL);
}

void ota_esp_kv_port(ota_kv_port_t *port)
{
    *port = (ota_kv_port_t){.get = kv_get, .set = kv_set, .erase = kv_erase, .erase_all = kv_erase_all};
}
