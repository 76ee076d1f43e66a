// nvs.h and nvs_flash.h over the host's NVS, which keeps ESP-IDF's page format in the board's flash.
#include "nvs.h"
#include <string.h>
#include "host.h"
#include "nvs_flash.h"

esp_err_t nvs_flash_init_partition(const char *label) {
  return label ? host_nvs_init(label, strlen(label)) : ESP_ERR_INVALID_ARG;
}
esp_err_t nvs_flash_init(void) { return nvs_flash_init_partition(NVS_DEFAULT_PART_NAME); }
esp_err_t nvs_flash_erase_partition(const char *label) {
  return label ? host_nvs_flash_erase(label, strlen(label)) : ESP_ERR_INVALID_ARG;
}
esp_err_t nvs_flash_erase(void) { return nvs_flash_erase_partition(NVS_DEFAULT_PART_NAME); }

esp_err_t nvs_open(const char *name, nvs_open_mode_t mode, nvs_handle_t *out) {
  if (!name || !out) return ESP_ERR_INVALID_ARG;
  size_t length = strlen(name);
  if (length == 0 || length >= NVS_NS_NAME_MAX_SIZE) return ESP_ERR_NVS_INVALID_NAME;
  return host_nvs_open(name, length, mode != NVS_READONLY, out);
}
esp_err_t nvs_open_from_partition(const char *part, const char *name, nvs_open_mode_t mode, nvs_handle_t *out) {
  if (!part || strcmp(part, NVS_DEFAULT_PART_NAME) != 0) return ESP_ERR_NVS_PART_NOT_FOUND;
  return nvs_open(name, mode, out);
}
void nvs_close(nvs_handle_t handle) { host_nvs_close(handle); }

static esp_err_t check_key(const char *key) {
  if (!key || !*key) return ESP_ERR_NVS_INVALID_NAME;
  return strlen(key) >= NVS_KEY_NAME_MAX_SIZE ? ESP_ERR_NVS_KEY_TOO_LONG : ESP_OK;
}
static esp_err_t set(nvs_handle_t handle, const char *key, nvs_type_t type, const void *data, size_t length) {
  esp_err_t err = check_key(key);
  return err ? err : host_nvs_set(handle, key, strlen(key), type, data, length);
}
static esp_err_t get(nvs_handle_t handle, const char *key, nvs_type_t type, void *out, size_t length) {
  if (!out) return ESP_ERR_INVALID_ARG;
  esp_err_t err = check_key(key);
  uint32_t held = length;
  return err ? err : host_nvs_get(handle, key, strlen(key), type, out, &held);
}
static esp_err_t get_sized(nvs_handle_t handle, const char *key, nvs_type_t type, void *out, size_t *length) {
  if (!length) return ESP_ERR_INVALID_ARG;
  esp_err_t err = check_key(key);
  if (err) return err;
  uint32_t held = out ? *length : 0;
  err = host_nvs_get(handle, key, strlen(key), type, out, &held);
  if (err == ESP_OK || err == ESP_ERR_NVS_INVALID_LENGTH) *length = held;
  return err;
}

#define NVS_INTEGER(suffix, ctype, nvstype)                                              \
  esp_err_t nvs_set_##suffix(nvs_handle_t handle, const char *key, ctype value) {        \
    return set(handle, key, nvstype, &value, sizeof value);                              \
  }                                                                                      \
  esp_err_t nvs_get_##suffix(nvs_handle_t handle, const char *key, ctype *out) {         \
    return get(handle, key, nvstype, out, sizeof *out);                                  \
  }
NVS_INTEGER(i8, int8_t, NVS_TYPE_I8)
NVS_INTEGER(u8, uint8_t, NVS_TYPE_U8)
NVS_INTEGER(i16, int16_t, NVS_TYPE_I16)
NVS_INTEGER(u16, uint16_t, NVS_TYPE_U16)
NVS_INTEGER(i32, int32_t, NVS_TYPE_I32)
NVS_INTEGER(u32, uint32_t, NVS_TYPE_U32)
NVS_INTEGER(i64, int64_t, NVS_TYPE_I64)
NVS_INTEGER(u64, uint64_t, NVS_TYPE_U64)

esp_err_t nvs_set_str(nvs_handle_t handle, const char *key, const char *value) {
  return value ? set(handle, key, NVS_TYPE_STR, value, strlen(value) + 1) : ESP_ERR_INVALID_ARG;
}
esp_err_t nvs_set_blob(nvs_handle_t handle, const char *key, const void *value, size_t length) {
  return value || length == 0 ? set(handle, key, NVS_TYPE_BLOB, value, length) : ESP_ERR_INVALID_ARG;
}
esp_err_t nvs_get_str(nvs_handle_t handle, const char *key, char *out, size_t *length) {
  return get_sized(handle, key, NVS_TYPE_STR, out, length);
}
esp_err_t nvs_get_blob(nvs_handle_t handle, const char *key, void *out, size_t *length) {
  return get_sized(handle, key, NVS_TYPE_BLOB, out, length);
}
esp_err_t nvs_find_key(nvs_handle_t handle, const char *key, nvs_type_t *out) {
  esp_err_t err = check_key(key);
  if (err) return err;
  int type = 0;
  err = host_nvs_find(handle, key, strlen(key), &type);
  if (err == ESP_OK && out) *out = (nvs_type_t)type;
  return err;
}
esp_err_t nvs_erase_key(nvs_handle_t handle, const char *key) {
  esp_err_t err = check_key(key);
  return err ? err : host_nvs_erase_key(handle, key, strlen(key));
}
esp_err_t nvs_erase_all(nvs_handle_t handle) { return host_nvs_erase_all(handle); }
esp_err_t nvs_commit(nvs_handle_t handle) { return host_nvs_commit(handle); }
esp_err_t nvs_get_stats(const char *part, nvs_stats_t *out) {
  if (!out) return ESP_ERR_INVALID_ARG;
  if (part && strcmp(part, NVS_DEFAULT_PART_NAME) != 0) return ESP_ERR_NVS_PART_NOT_FOUND;
  uint32_t figures[4];
  esp_err_t err = host_nvs_stats(figures);
  if (err != ESP_OK) return err;
  // One page stays reserved for garbage collection: its 126 entries are free but not available.
  uint32_t available = figures[1] > 126 ? figures[1] - 126 : 0;
  *out = (nvs_stats_t){figures[0], figures[1], available, figures[2], figures[3]};
  return ESP_OK;
}
