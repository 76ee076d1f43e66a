// The secure version in eFuse (components/efuse/include/esp_efuse.h), which only rises.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "esp_err.h"
#ifdef __cplusplus
extern "C" {
#endif
uint32_t esp_efuse_read_secure_version(void);
bool esp_efuse_check_secure_version(uint32_t secure_version);
esp_err_t esp_efuse_update_secure_version(uint32_t secure_version); // ESP_ERR_INVALID_ARG: more than 32
#ifdef __cplusplus
}
#endif
