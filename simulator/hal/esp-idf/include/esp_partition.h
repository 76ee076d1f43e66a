// Partition API (components/esp_partition/include/esp_partition.h). Offsets and sizes are bytes within the partition.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "esp_attr.h"
#include "esp_bit_defs.h"
#include "esp_err.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef struct esp_flash_t esp_flash_t;
typedef enum {
  ESP_PARTITION_TYPE_APP = 0x00,
  ESP_PARTITION_TYPE_DATA = 0x01,
  ESP_PARTITION_TYPE_BOOTLOADER = 0x02,
  ESP_PARTITION_TYPE_PARTITION_TABLE = 0x03,
  ESP_PARTITION_TYPE_ANY = 0xff,
} esp_partition_type_t;
typedef enum {
  ESP_PARTITION_SUBTYPE_BOOTLOADER_PRIMARY = 0x00,
  ESP_PARTITION_SUBTYPE_APP_FACTORY = 0x00,
  ESP_PARTITION_SUBTYPE_APP_OTA_MIN = 0x10,
  ESP_PARTITION_SUBTYPE_APP_OTA_0 = 0x10,
  ESP_PARTITION_SUBTYPE_APP_OTA_1 = 0x11,
  ESP_PARTITION_SUBTYPE_APP_OTA_2 = 0x12,
  ESP_PARTITION_SUBTYPE_APP_OTA_3 = 0x13,
  ESP_PARTITION_SUBTYPE_APP_OTA_4 = 0x14,
  ESP_PARTITION_SUBTYPE_APP_OTA_5 = 0x15,
  ESP_PARTITION_SUBTYPE_APP_OTA_6 = 0x16,
  ESP_PARTITION_SUBTYPE_APP_OTA_7 = 0x17,
  ESP_PARTITION_SUBTYPE_APP_OTA_8 = 0x18,
  ESP_PARTITION_SUBTYPE_APP_OTA_9 = 0x19,
  ESP_PARTITION_SUBTYPE_APP_OTA_10 = 0x1a,
  ESP_PARTITION_SUBTYPE_APP_OTA_11 = 0x1b,
  ESP_PARTITION_SUBTYPE_APP_OTA_12 = 0x1c,
  ESP_PARTITION_SUBTYPE_APP_OTA_13 = 0x1d,
  ESP_PARTITION_SUBTYPE_APP_OTA_14 = 0x1e,
  ESP_PARTITION_SUBTYPE_APP_OTA_15 = 0x1f,
  ESP_PARTITION_SUBTYPE_APP_OTA_MAX = 0x20,
  ESP_PARTITION_SUBTYPE_APP_TEST = 0x20,
  ESP_PARTITION_SUBTYPE_DATA_OTA = 0x00,
  ESP_PARTITION_SUBTYPE_DATA_PHY = 0x01,
  ESP_PARTITION_SUBTYPE_DATA_NVS = 0x02,
  ESP_PARTITION_SUBTYPE_DATA_COREDUMP = 0x03,
  ESP_PARTITION_SUBTYPE_DATA_NVS_KEYS = 0x04,
  ESP_PARTITION_SUBTYPE_DATA_EFUSE_EM = 0x05,
  ESP_PARTITION_SUBTYPE_DATA_UNDEFINED = 0x06,
  ESP_PARTITION_SUBTYPE_DATA_ESPHTTPD = 0x80,
  ESP_PARTITION_SUBTYPE_DATA_FAT = 0x81,
  ESP_PARTITION_SUBTYPE_DATA_SPIFFS = 0x82,
  ESP_PARTITION_SUBTYPE_DATA_LITTLEFS = 0x83,
  ESP_PARTITION_SUBTYPE_ANY = 0xff,
} esp_partition_subtype_t;
#define ESP_PARTITION_SUBTYPE_OTA(i) ((esp_partition_subtype_t)(ESP_PARTITION_SUBTYPE_APP_OTA_MIN + ((i) & 0xf)))
typedef struct esp_partition_iterator_opaque_ *esp_partition_iterator_t;
typedef struct {
  esp_flash_t *flash_chip;
  esp_partition_type_t type;
  esp_partition_subtype_t subtype;
  uint32_t address;
  uint32_t size;
  uint32_t erase_size;
  char label[17];
  bool encrypted;
  bool readonly;
} esp_partition_t;
esp_partition_iterator_t esp_partition_find(esp_partition_type_t type, esp_partition_subtype_t subtype, const char *label);
const esp_partition_t *esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype,
                                                const char *label);
const esp_partition_t *esp_partition_get(esp_partition_iterator_t iterator);
esp_partition_iterator_t esp_partition_next(esp_partition_iterator_t iterator); // NULL at the end; frees the iterator
void esp_partition_iterator_release(esp_partition_iterator_t iterator);
const esp_partition_t *esp_partition_verify(const esp_partition_t *partition);
// ESP_ERR_INVALID_ARG: offset beyond the partition; ESP_ERR_INVALID_SIZE: the range ends beyond it.
esp_err_t esp_partition_read(const esp_partition_t *partition, size_t src_offset, void *dst, size_t size);
esp_err_t esp_partition_write(const esp_partition_t *partition, size_t dst_offset, const void *src, size_t size);
esp_err_t esp_partition_read_raw(const esp_partition_t *partition, size_t src_offset, void *dst, size_t size);
esp_err_t esp_partition_write_raw(const esp_partition_t *partition, size_t dst_offset, const void *src, size_t size);
// Offset and size must be multiples of erase_size (4096).
esp_err_t esp_partition_erase_range(const esp_partition_t *partition, size_t offset, size_t size);
typedef enum { ESP_PARTITION_MMAP_DATA, ESP_PARTITION_MMAP_INST } esp_partition_mmap_memory_t;
typedef uint32_t esp_partition_mmap_handle_t;
// A copy on the heap, as flash is now; munmap frees it.
esp_err_t esp_partition_mmap(const esp_partition_t *partition, size_t offset, size_t size, esp_partition_mmap_memory_t memory,
                             const void **out_ptr, esp_partition_mmap_handle_t *out_handle);
void esp_partition_munmap(esp_partition_mmap_handle_t handle);
// ESP_ERR_IMAGE_INVALID: an app partition without a valid image.
esp_err_t esp_partition_get_sha256(const esp_partition_t *partition, uint8_t *sha_256);
bool esp_partition_check_identity(const esp_partition_t *partition_1, const esp_partition_t *partition_2);
uint32_t esp_partition_get_main_flash_sector_size(void);
#ifdef __cplusplus
}
#endif
