#include "SlotImage.h"

#include <esp_ota_ops.h>
#include <esp_partition.h>
#include <mbedtls/md5.h>

#include <memory>

#include "../core/ImageLength.h"

namespace meshswarm {

// With two slots, the one that the next update would go to is the one that does not run.
static const esp_partition_t* otherSlot() {
  const esp_partition_t* fallen = esp_ota_get_last_invalid_partition();
  return fallen != nullptr ? fallen : esp_ota_get_next_update_partition(nullptr);
}

bool otherSlotFell() {
  const esp_partition_t* slot = otherSlot();
  esp_ota_img_states_t state;
  if (slot == nullptr || slot == esp_ota_get_running_partition()) return false;
  if (esp_ota_get_state_partition(slot, &state) != ESP_OK) return false;
  return state == ESP_OTA_IMG_INVALID || state == ESP_OTA_IMG_ABORTED || state == ESP_OTA_IMG_PENDING_VERIFY;
}

std::string otherSlotMd5() {
  const esp_partition_t* slot = otherSlot();
  if (slot == nullptr) return std::string();
  const ReadBytes read = [slot](uint32_t offset, void* out, uint32_t size) {
    return esp_partition_read(slot, offset, out, size) == ESP_OK;
  };
  const uint32_t length = imageLength(read, slot->size);
  const std::unique_ptr<uint8_t[]> block(new uint8_t[4096]);
  if (length == 0) return std::string();

  mbedtls_md5_context context;
  mbedtls_md5_init(&context);
  mbedtls_md5_starts(&context);
  for (uint32_t at = 0; at < length; at += 4096) {
    const uint32_t size = length - at < 4096 ? length - at : 4096;
    if (!read(at, block.get(), size)) return std::string();
    mbedtls_md5_update(&context, block.get(), size);
  }
  uint8_t digest[16];
  mbedtls_md5_finish(&context, digest);
  mbedtls_md5_free(&context);

  std::string hex;
  for (uint8_t byte : digest) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

}  // namespace meshswarm
