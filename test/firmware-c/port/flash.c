#include "flash.h"
#include "esp_image_format.h"
#include "esp_ota_ops.h"
#include "esp_rom_crc.h"
#include <string.h>

const esp_partition_t OTADATA = {ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_DATA_OTA, 0, 2 * SECTOR, SECTOR, false};
const esp_partition_t SLOT_0 = {ESP_PARTITION_TYPE_APP, ESP_PARTITION_SUBTYPE_APP_OTA_MIN, 4 * SECTOR, 6 * SECTOR, SECTOR, false};
const esp_partition_t SLOT_1 = {
    ESP_PARTITION_TYPE_APP, (esp_partition_subtype_t)(ESP_PARTITION_SUBTYPE_APP_OTA_MIN + 1), 16 * SECTOR, 6 * SECTOR, SECTOR, false};

flash_t FLASH;

void flash_reset(void)
{
    memset(&FLASH, 0, sizeof FLASH);
    memset(FLASH.bytes, 0xFF, sizeof FLASH.bytes);
    FLASH.running = &SLOT_1;
    FLASH.running_state = ESP_OTA_IMG_VALID;
}

void flash_entry(unsigned index, uint32_t seq, bool whole)
{
    esp_ota_select_entry_t entry;
    memset(&entry, 0xFF, sizeof entry);
    entry.ota_seq = seq;
    entry.ota_state = ESP_OTA_IMG_VALID;
    entry.crc = esp_rom_crc32_le(UINT32_MAX, (const uint8_t *)&seq, sizeof seq) ^ (whole ? 0 : 1);
    memcpy(FLASH.bytes + OTADATA.address + index * SECTOR, &entry, sizeof entry);
}

static bool fails(void) { return FLASH.fail_at > 0 && --FLASH.fail_at == 0; }

const esp_partition_t *esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype, const char *label)
{
    (void)label;
    return type == OTADATA.type && subtype == OTADATA.subtype ? &OTADATA : NULL;
}

esp_err_t esp_partition_read(const esp_partition_t *partition, size_t offset, void *data, size_t size)
{
    memcpy(data, FLASH.bytes + partition->address + offset, size);
    return ESP_OK;
}

esp_err_t esp_partition_write(const esp_partition_t *partition, size_t offset, const void *data, size_t size)
{
    const uint8_t *from = data;
    uint8_t *to = FLASH.bytes + partition->address + offset;
    if (offset + size > partition->size) return ESP_ERR_INVALID_SIZE;
    if (fails()) return ESP_FAIL;
    if (partition->encrypted && (offset % 16 != 0 || size % 16 != 0)) FLASH.unaligned = true;
    for (size_t i = 0; i < size; i++) {
        if (to[i] != 0xFF) FLASH.unerased = true;
        to[i] &= from[i];
    }
    return ESP_OK;
}

esp_err_t esp_partition_erase_range(const esp_partition_t *partition, size_t offset, size_t size)
{
    if (offset % SECTOR != 0 || size % SECTOR != 0) return ESP_ERR_INVALID_ARG;
    if (offset + size > partition->size) return ESP_ERR_INVALID_SIZE;
    if (fails()) return ESP_FAIL;
    memset(FLASH.bytes + partition->address + offset, 0xFF, size);
    for (size_t at = 0; at < size; at += SECTOR) FLASH.erases[(partition->address + offset + at) / SECTOR]++;
    return ESP_OK;
}

const esp_partition_t *esp_ota_get_running_partition(void) { return FLASH.running; }
uint8_t esp_ota_get_app_partition_count(void) { return 2; }

esp_err_t esp_ota_get_state_partition(const esp_partition_t *partition, esp_ota_img_states_t *state)
{
    *state = FLASH.running_state;
    return partition == FLASH.running ? ESP_OK : ESP_ERR_NOT_FOUND;
}

esp_err_t esp_image_verify(esp_image_load_mode_t mode, const esp_partition_pos_t *part, esp_image_metadata_t *data)
{
    (void)mode;
    (void)data;
    return part->offset == SLOT_0.address && part->size == SLOT_0.size ? FLASH.verified : ESP_ERR_INVALID_ARG;
}

/** The chip's ROM complements value and result; the reflected polynomial of IEEE 802.3 (esp_rom_crc.h). */
uint32_t esp_rom_crc32_le(uint32_t crc, const uint8_t *data, uint32_t len)
{
    crc = ~crc;
    for (uint32_t i = 0; i < len; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}
