#include "slot_writer.h"
#include "idf_features.h"
#if OTA_SLOT_WRITER_IDF
#include "esp_ota_ops.h"
#include <stdbool.h>

static esp_ota_handle_t s_handle;
static bool s_open;

static esp_err_t opened(esp_err_t err)
{
    s_open = err == ESP_OK;
    return err;
}

esp_err_t ota_slot_begin(const esp_partition_t *slot)
{
    ota_slot_abort();
    return opened(esp_ota_begin(slot, OTA_WITH_SEQUENTIAL_WRITES, &s_handle));
}

esp_err_t ota_slot_resume(const esp_partition_t *slot, size_t offset)
{
    ota_slot_abort();
    return opened(esp_ota_resume(slot, OTA_WITH_SEQUENTIAL_WRITES, offset, &s_handle));
}

esp_err_t ota_slot_write(const void *data, size_t len)
{
    return s_open ? esp_ota_write(s_handle, data, len) : ESP_ERR_INVALID_STATE;
}

esp_err_t ota_slot_end(void)
{
    if (!s_open)
        return ESP_ERR_INVALID_STATE;
    s_open = false;
    return esp_ota_end(s_handle);
}

void ota_slot_abort(void)
{
    if (s_open)
        esp_ota_abort(s_handle);
    s_open = false;
}

#endif
