#pragma once
#include "esp_err.h"
#include "esp_flash_partitions.h"
typedef enum { ESP_IMAGE_VERIFY } esp_image_load_mode_t;
typedef struct {
    uint32_t image_len;
} esp_image_metadata_t;
esp_err_t esp_image_verify(esp_image_load_mode_t mode, const esp_partition_pos_t *part, esp_image_metadata_t *data);
