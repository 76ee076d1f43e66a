// Partitions and OTA slots: this app copies itself into the other slot, is interrupted, goes on, boots there and confirms.
#include <stdlib.h>
#include <string.h>
#include "check.h"
#include "esp_app_desc.h"
#include "esp_efuse.h"
#include "esp_ota_ops.h"
#include "esp_partition.h"
#include "esp_system.h"
#include "mbedtls/sha256.h"
#include "psa/crypto.h"

static uint8_t piece[1024];

// Copies [from, to) of the running image.
static esp_err_t copy(esp_ota_handle_t handle, uint32_t from, uint32_t to) {
  const esp_partition_t *running = esp_ota_get_running_partition();
  for (uint32_t at = from; at < to; at += sizeof piece) {
    uint32_t n = to - at < sizeof piece ? to - at : sizeof piece;
    esp_err_t err = esp_partition_read(running, at, piece, n);
    if (err == ESP_OK) err = esp_ota_write(handle, piece, n);
    if (err != ESP_OK) return err;
  }
  return ESP_OK;
}

static void hashes(void) {
  uint8_t one[32], two[32];
  size_t length = 0;
  psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
  CHECK(psa_crypto_init() == PSA_SUCCESS && psa_hash_setup(&operation, PSA_ALG_SHA_256) == PSA_SUCCESS);
  CHECK(psa_hash_setup(&operation, PSA_ALG_SHA_256) == PSA_ERROR_BAD_STATE);
  psa_hash_update(&operation, (const uint8_t *)"a", 1);
  psa_hash_update(&operation, (const uint8_t *)"bc", 2);
  CHECK(psa_hash_finish(&operation, one, sizeof one, &length) == PSA_SUCCESS && length == 32);
  mbedtls_sha256((const unsigned char *)"abc", 3, two, 0);
  CHECK(memcmp(one, two, 32) == 0 && one[0] == 0xba && one[31] == 0xad);
  CHECK(psa_hash_update(&operation, one, 1) == PSA_ERROR_BAD_STATE);

  const esp_partition_t *running = esp_ota_get_running_partition();
  CHECK(esp_partition_get_sha256(running, one) == ESP_OK);
  const void *mapped;
  esp_partition_mmap_handle_t handle;
  CHECK(esp_partition_mmap(running, 0, 4096, ESP_PARTITION_MMAP_DATA, &mapped, &handle) == ESP_OK);
  CHECK(*(const uint8_t *)mapped == ESP_IMAGE_HEADER_MAGIC);
  esp_partition_munmap(handle);
  CHECK(esp_partition_mmap(running, running->size, 1, ESP_PARTITION_MMAP_DATA, &mapped, &handle) == ESP_ERR_INVALID_SIZE);
  CHECK(esp_partition_get_sha256(esp_ota_get_next_update_partition(NULL), two) == ESP_ERR_IMAGE_INVALID);
}

static uint32_t image_length(void) {
  const esp_partition_t *running = esp_ota_get_running_partition();
  esp_image_header_t header;
  esp_image_segment_header_t segment;
  esp_partition_read(running, 0, &header, sizeof header);
  uint32_t end = sizeof header;
  for (int i = 0; i < header.segment_count; i++) {
    esp_partition_read(running, end, &segment, sizeof segment);
    end += sizeof segment + segment.data_len;
  }
  end = (end | 15) + 1; // checksum in the last byte of a row of 16
  return end + (header.hash_appended ? 32 : 0);
}

void first_boot(void) {
  hashes();
  CHECK(strcmp(esp_app_get_description()->project_name, "storage") == 0);
  CHECK(esp_efuse_read_secure_version() == 0 && esp_efuse_update_secure_version(2) == ESP_OK);
  CHECK(!esp_efuse_check_secure_version(1) && esp_efuse_check_secure_version(2));
  CHECK(esp_efuse_update_secure_version(33) == ESP_ERR_INVALID_ARG);
  const esp_partition_t *running = esp_ota_get_running_partition(), *other = esp_ota_get_next_update_partition(NULL);
  const esp_partition_t *nvs = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_DATA_NVS, NULL);
  esp_ota_handle_t handle;
  CHECK(esp_ota_begin(running, OTA_WITH_SEQUENTIAL_WRITES, &handle) == ESP_ERR_OTA_PARTITION_CONFLICT);
  CHECK(esp_ota_begin(nvs, OTA_WITH_SEQUENTIAL_WRITES, &handle) == ESP_ERR_INVALID_ARG);
  CHECK(esp_ota_begin(other, OTA_WITH_SEQUENTIAL_WRITES, &handle) == ESP_OK);
  CHECK(esp_ota_write(handle, "not an image", 12) == ESP_ERR_OTA_VALIDATE_FAILED);
  CHECK(esp_ota_end(handle) == ESP_ERR_INVALID_ARG); // nothing was written
  CHECK(esp_ota_end(handle) == ESP_ERR_NOT_FOUND);
  uint32_t whole = image_length(), half = whole / 2 / 4096 * 4096;
  CHECK(esp_ota_begin(other, OTA_WITH_SEQUENTIAL_WRITES, &handle) == ESP_OK);
  CHECK(copy(handle, 0, half + 700) == ESP_OK && esp_ota_abort(handle) == ESP_OK);
  CHECK(esp_ota_set_boot_partition(other) == ESP_ERR_OTA_VALIDATE_FAILED);
  CHECK(esp_ota_resume(other, OTA_WITH_SEQUENTIAL_WRITES, other->size + 1, &handle) == ESP_ERR_INVALID_ARG);
  CHECK(esp_ota_resume(running, OTA_WITH_SEQUENTIAL_WRITES, half, &handle) == ESP_ERR_OTA_PARTITION_CONFLICT);
  CHECK(esp_ota_resume(other, OTA_WITH_SEQUENTIAL_WRITES, half, &handle) == ESP_OK);
  CHECK(copy(handle, half, whole) == ESP_OK && esp_ota_end(handle) == ESP_OK);
  uint8_t one[32], two[32];
  CHECK(esp_partition_get_sha256(running, one) == ESP_OK && esp_partition_get_sha256(other, two) == ESP_OK);
  CHECK(memcmp(one, two, 32) == 0);
  CHECK(esp_ota_set_boot_partition(other) == ESP_OK && esp_ota_get_boot_partition() == other);
  esp_ota_img_states_t state;
  CHECK(esp_ota_get_state_partition(other, &state) == ESP_OK && state == ESP_OTA_IMG_NEW);
}

void second_boot(void) {
  const esp_partition_t *running = esp_ota_get_running_partition(), *other = esp_ota_get_next_update_partition(NULL);
  esp_ota_img_states_t state;
  esp_ota_handle_t handle;
  CHECK(running->subtype == ESP_PARTITION_SUBTYPE_APP_OTA_1);
  CHECK(esp_ota_get_state_partition(running, &state) == ESP_OK && state == ESP_OTA_IMG_PENDING_VERIFY);
  CHECK(esp_ota_begin(other, OTA_WITH_SEQUENTIAL_WRITES, &handle) == ESP_ERR_OTA_ROLLBACK_INVALID_STATE);
  CHECK(esp_ota_check_rollback_is_possible());
  CHECK(esp_ota_mark_app_valid_cancel_rollback() == ESP_OK);
  CHECK(esp_ota_get_state_partition(running, &state) == ESP_OK && state == ESP_OTA_IMG_VALID);
  CHECK(esp_ota_get_last_invalid_partition() == NULL);
  uint8_t hash[32];
  CHECK(esp_efuse_read_secure_version() == 2);
  CHECK(esp_partition_get_sha256(other, hash) == ESP_OK);
}
