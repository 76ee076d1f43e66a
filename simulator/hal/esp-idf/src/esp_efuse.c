#include "esp_efuse.h"
#include "host.h"

enum { MOST = 32 }; // CONFIG_BOOTLOADER_APP_SEC_VER_SIZE_EFUSE_FIELD

uint32_t esp_efuse_read_secure_version(void) { return host_secure_version(-1); }
bool esp_efuse_check_secure_version(uint32_t secure_version) { return secure_version >= esp_efuse_read_secure_version(); }
esp_err_t esp_efuse_update_secure_version(uint32_t secure_version) {
  if (secure_version > MOST) return ESP_ERR_INVALID_ARG;
  host_secure_version((int32_t)secure_version);
  return ESP_OK;
}
