#include "slot_writer.h"
#include "idf_features.h"
#if !OTA_SLOT_WRITER_IDF
#include "esp_flash_partitions.h"
#include "esp_image_format.h"
#include "esp_ota_ops.h"
#include "esp_rom_crc.h"
#include <stdbool.h>
#include <string.h>

/** Encrypted flash is written in blocks of so many bytes. */
#define BLOCK 16u

static struct {
    const esp_partition_t *slot;
    size_t written;
    /** Bytes that do not fill a block yet; encrypted partitions only. */
    uint8_t block[BLOCK];
    size_t block_len;
} s_writer;

/** Whether an otadata entry speaks of the slot: its CRC holds, and its number leads there (esp_ota_ops.c, get_active_otadata). */
static bool entry_names(const esp_ota_select_entry_t *entry, const esp_partition_t *slot)
{
    uint8_t count = esp_ota_get_app_partition_count();
    if (count == 0 || entry->ota_seq == UINT32_MAX)
        return false;
    if (entry->crc != esp_rom_crc32_le(UINT32_MAX, (const uint8_t *)&entry->ota_seq, sizeof(entry->ota_seq)))
        return false;
    return (entry->ota_seq - 1) % count == (uint32_t)(slot->subtype - ESP_PARTITION_SUBTYPE_APP_OTA_MIN);
}

/** As esp_ota_begin does from 5.5 on: whatever otadata still says of the slot was about another image. */
static esp_err_t forget_slot(const esp_partition_t *slot)
{
    const esp_partition_t *otadata =
        esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_DATA_OTA, NULL);
    if (!otadata)
        return ESP_ERR_NOT_FOUND;
    for (size_t i = 0; i < 2; i++) {
        esp_ota_select_entry_t entry;
        esp_err_t err = esp_partition_read(otadata, i * otadata->erase_size, &entry, sizeof(entry));
        if (err == ESP_OK && entry_names(&entry, slot))
            err = esp_partition_erase_range(otadata, i * otadata->erase_size, otadata->erase_size);
        if (err != ESP_OK)
            return err;
    }
    return ESP_OK;
}

/** Erases the sectors that the next `len` bytes reach first. */
static esp_err_t erase_ahead(size_t len)
{
    size_t sector = s_writer.slot->erase_size;
    size_t from = (s_writer.written + sector - 1) / sector * sector;
    size_t to = (s_writer.written + len + sector - 1) / sector * sector;
    return to > from ? esp_partition_erase_range(s_writer.slot, from, to - from) : ESP_OK;
}

static esp_err_t put(const void *data, size_t len)
{
    if (len == 0)
        return ESP_OK;
    if (s_writer.written + len > s_writer.slot->size)
        return ESP_ERR_INVALID_SIZE;
    esp_err_t err = erase_ahead(len);
    if (err == ESP_OK)
        err = esp_partition_write(s_writer.slot, s_writer.written, data, len);
    if (err == ESP_OK)
        s_writer.written += len;
    return err;
}

esp_err_t ota_slot_begin(const esp_partition_t *slot)
{
    esp_ota_img_states_t state;
    if (slot == esp_ota_get_running_partition())
        return ESP_ERR_OTA_PARTITION_CONFLICT;
    if (esp_ota_get_state_partition(esp_ota_get_running_partition(), &state) == ESP_OK &&
        state == ESP_OTA_IMG_PENDING_VERIFY)
        return ESP_ERR_OTA_ROLLBACK_INVALID_STATE;
    esp_err_t err = forget_slot(slot);
    return err == ESP_OK ? ota_slot_resume(slot, 0) : err;
}

esp_err_t ota_slot_resume(const esp_partition_t *slot, size_t offset)
{
    ota_slot_abort();
    if (slot == esp_ota_get_running_partition())
        return ESP_ERR_OTA_PARTITION_CONFLICT;
    if (offset > slot->size || offset % slot->erase_size != 0)
        return ESP_ERR_INVALID_ARG;
    s_writer.slot = slot;
    s_writer.written = offset;
    return ESP_OK;
}

esp_err_t ota_slot_write(const void *data, size_t len)
{
    const uint8_t *bytes = data;
    if (!s_writer.slot)
        return ESP_ERR_INVALID_STATE;
    if (!s_writer.slot->encrypted)
        return put(bytes, len);
    if (s_writer.block_len > 0) {
        size_t more = BLOCK - s_writer.block_len < len ? BLOCK - s_writer.block_len : len;
        memcpy(s_writer.block + s_writer.block_len, bytes, more);
        s_writer.block_len += more;
        bytes += more;
        len -= more;
        if (s_writer.block_len < BLOCK)
            return ESP_OK;
        s_writer.block_len = 0;
        esp_err_t err = put(s_writer.block, BLOCK);
        if (err != ESP_OK)
            return err;
    }
    size_t tail = len % BLOCK;
    esp_err_t err = put(bytes, len - tail);
    memcpy(s_writer.block, bytes + len - tail, tail);
    s_writer.block_len = tail;
    return err;
}

esp_err_t ota_slot_end(void)
{
    const esp_partition_t *slot = s_writer.slot;
    if (!slot)
        return ESP_ERR_INVALID_STATE;
    esp_err_t err = ESP_OK;
    if (s_writer.block_len > 0) {
        memset(s_writer.block + s_writer.block_len, 0xFF, BLOCK - s_writer.block_len);
        err = put(s_writer.block, BLOCK);
    }
    ota_slot_abort();
    if (err != ESP_OK)
        return err;
    const esp_partition_pos_t place = {.offset = slot->address, .size = slot->size};
    esp_image_metadata_t image;
    return esp_image_verify(ESP_IMAGE_VERIFY, &place, &image) == ESP_OK ? ESP_OK : ESP_ERR_OTA_VALIDATE_FAILED;
}

void ota_slot_abort(void)
{
    s_writer.slot = NULL;
    s_writer.block_len = 0;
}

#endif
