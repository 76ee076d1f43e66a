#pragma once

#include "esp_err.h"
#include "esp_partition.h"
#include <stddef.h>

/**
 * Writes one slot in order, erasing each sector as it is reached. Over esp_ota_begin/esp_ota_resume where ESP-IDF has both
 * (slot_writer_idf.c), else over esp_partition (slot_writer_partition.c). One at a time; opening drops what was open.
 */

/** From byte 0; makes otadata forget the slot. */
esp_err_t ota_slot_begin(const esp_partition_t *slot);

/** From `offset`, a multiple of the sector; what lies before it stays. */
esp_err_t ota_slot_resume(const esp_partition_t *slot, size_t offset);

esp_err_t ota_slot_write(const void *data, size_t len);

/** Ends, and verifies the image as the bootloader will: ESP_ERR_OTA_VALIDATE_FAILED. */
esp_err_t ota_slot_end(void);

void ota_slot_abort(void);
