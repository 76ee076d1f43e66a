#include "Preferences.h"
#include "nvs_flash.h"

// What the vendor logs at each failing call.
static size_t failed(const char *what, const char *key, esp_err_t err) {
  log_e("%s fail: %s %s", what, key, esp_err_to_name(err));
  return 0;
}

bool Preferences::begin(const char *name, bool readOnly, const char *partition_label) {
  if (_started) return false;
  _readOnly = readOnly;
  if (partition_label) {
    esp_err_t err = nvs_flash_init_partition(partition_label);
    if (err) return failed("nvs_flash_init_partition", partition_label, err);
  }
  nvs_open_mode_t mode = readOnly ? NVS_READONLY : NVS_READWRITE;
  nvs_handle_t handle = 0;
  esp_err_t err = partition_label ? nvs_open_from_partition(partition_label, name, mode, &handle) : nvs_open(name, mode, &handle);
  if (err) return failed("nvs_open", name, err);
  _handle = handle;
  _started = true;
  return true;
}
void Preferences::end() {
  if (!_started) return;
  nvs_close(_handle);
  _started = false;
}

bool Preferences::clear() {
  if (!_started || _readOnly) return false;
  esp_err_t err = nvs_erase_all(_handle);
  if (!err) err = nvs_commit(_handle);
  return err ? failed("nvs_erase_all", "", err) : true;
}
bool Preferences::remove(const char *key) {
  if (!_started || !key || _readOnly) return false;
  esp_err_t err = nvs_erase_key(_handle, key);
  if (!err) err = nvs_commit(_handle);
  return err ? failed("nvs_erase_key", key, err) : true;
}

#define PREFERENCE(Name, ctype, suffix)                                                  \
  size_t Preferences::put##Name(const char *key, ctype value) {                          \
    if (!_started || !key || _readOnly) return 0;                                        \
    esp_err_t err = nvs_set_##suffix(_handle, key, value);                               \
    if (!err) err = nvs_commit(_handle);                                                 \
    return err ? failed("nvs_set_" #suffix, key, err) : sizeof value;                    \
  }                                                                                      \
  ctype Preferences::get##Name(const char *key, ctype defaultValue) {                    \
    ctype value = defaultValue;                                                          \
    if (!_started || !key || nvs_get_##suffix(_handle, key, &value)) return defaultValue; \
    return value;                                                                        \
  }
PREFERENCE(Char, int8_t, i8)
PREFERENCE(UChar, uint8_t, u8)
PREFERENCE(Short, int16_t, i16)
PREFERENCE(UShort, uint16_t, u16)
PREFERENCE(Int, int32_t, i32)
PREFERENCE(UInt, uint32_t, u32)
PREFERENCE(Long64, int64_t, i64)
PREFERENCE(ULong64, uint64_t, u64)

size_t Preferences::putString(const char *key, const char *value) {
  if (!_started || !key || !value || _readOnly) return 0;
  esp_err_t err = nvs_set_str(_handle, key, value);
  if (!err) err = nvs_commit(_handle);
  return err ? failed("nvs_set_str", key, err) : strlen(value);
}
size_t Preferences::putBytes(const char *key, const void *value, size_t len) {
  if (!_started || !key || !value || !len || _readOnly) return 0;
  esp_err_t err = nvs_set_blob(_handle, key, value, len);
  if (!err) err = nvs_commit(_handle);
  return err ? failed("nvs_set_blob", key, err) : len;
}

PreferenceType Preferences::getType(const char *key) {
  nvs_type_t type;
  if (!_started || !key || strlen(key) > 15 || nvs_find_key(_handle, key, &type)) return PT_INVALID;
  switch (type) {
    case NVS_TYPE_I8: return PT_I8;
    case NVS_TYPE_U8: return PT_U8;
    case NVS_TYPE_I16: return PT_I16;
    case NVS_TYPE_U16: return PT_U16;
    case NVS_TYPE_I32: return PT_I32;
    case NVS_TYPE_U32: return PT_U32;
    case NVS_TYPE_I64: return PT_I64;
    case NVS_TYPE_U64: return PT_U64;
    case NVS_TYPE_STR: return PT_STR;
    case NVS_TYPE_BLOB: return PT_BLOB;
    default: return PT_INVALID;
  }
}

float_t Preferences::getFloat(const char *key, float_t defaultValue) {
  float_t value = defaultValue;
  return getBytes(key, &value, sizeof value) == sizeof value ? value : defaultValue;
}
double_t Preferences::getDouble(const char *key, double_t defaultValue) {
  double_t value = defaultValue;
  return getBytes(key, &value, sizeof value) == sizeof value ? value : defaultValue;
}

// Lengths in NVS include a string's NUL.
size_t Preferences::getStringLength(const char *key) {
  size_t length = 0;
  if (!_started || !key || nvs_get_str(_handle, key, NULL, &length)) return 0;
  return length ? length - 1 : 0;
}
size_t Preferences::getString(const char *key, char *value, size_t maxLen) {
  size_t length = 0;
  if (!_started || !key || !value || !maxLen || nvs_get_str(_handle, key, NULL, &length)) return 0;
  if (length > maxLen) {
    log_e("not enough space in value: %u < %u", static_cast<unsigned>(maxLen), static_cast<unsigned>(length));
    return 0;
  }
  return nvs_get_str(_handle, key, value, &length) ? 0 : length;
}
String Preferences::getString(const char *key, String defaultValue) {
  size_t length = 0;
  if (!_started || !key || nvs_get_str(_handle, key, NULL, &length) || !length) return defaultValue;
  char *text = static_cast<char *>(malloc(length));
  if (!text) return defaultValue;
  esp_err_t err = nvs_get_str(_handle, key, text, &length);
  String value = err ? defaultValue : String(text);
  free(text);
  return value;
}
size_t Preferences::getBytesLength(const char *key) {
  size_t length = 0;
  return !_started || !key || nvs_get_blob(_handle, key, NULL, &length) ? 0 : length;
}
size_t Preferences::getBytes(const char *key, void *buf, size_t maxLen) {
  size_t length = getBytesLength(key);
  if (!length || !buf || !maxLen) return length;
  if (length > maxLen) {
    log_e("not enough space in buffer: %u < %u", static_cast<unsigned>(maxLen), static_cast<unsigned>(length));
    return 0;
  }
  return nvs_get_blob(_handle, key, buf, &length) ? 0 : length;
}
size_t Preferences::freeEntries() {
  nvs_stats_t stats;
  return nvs_get_stats(NULL, &stats) ? 0 : stats.free_entries;
}
