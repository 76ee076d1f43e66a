#pragma once
#include "esp_flash_partitions.h"
#include "esp_partition.h"
#define ESP_ERR_OTA_PARTITION_CONFLICT 0x1501
#define ESP_ERR_OTA_VALIDATE_FAILED 0x1503
#define ESP_ERR_OTA_ROLLBACK_INVALID_STATE 0x1506
const esp_partition_t *esp_ota_get_running_partition(void);
uint8_t esp_ota_get_app_partition_count(void);
esp_err_t esp_ota_get_state_partition(const esp_partition_t *partition, esp_ota_img_states_t *state);
