#include "Store.h"

#include <nvs.h>

namespace meshswarm {

// nvs.h rather than Preferences: a namespace or key that is not there yet is no error worth a log line.
static std::string readText(nvs_handle_t handle, const char* key) {
  size_t length = 0;
  if (nvs_get_str(handle, key, nullptr, &length) != ESP_OK || length < 2) return std::string();
  std::string value(length, '\0');
  if (nvs_get_str(handle, key, &value[0], &length) != ESP_OK) return std::string();
  value.resize(length - 1);  // the length counts the NUL
  return value;
}

std::string Store::get(const char* key) {
  nvs_handle_t handle;
  if (nvs_open("meshswarm", NVS_READONLY, &handle) != ESP_OK) return std::string();
  const std::string value = readText(handle, key);
  nvs_close(handle);
  return value;
}

bool Store::put(const char* key, const std::string& value) {
  nvs_handle_t handle;
  if (nvs_open("meshswarm", NVS_READWRITE, &handle) != ESP_OK) return false;
  bool done = readText(handle, key) == value && !value.empty();
  if (!done) done = nvs_set_str(handle, key, value.c_str()) == ESP_OK && nvs_commit(handle) == ESP_OK;
  nvs_close(handle);
  return done;
}

void Store::remove(const char* key) {
  nvs_handle_t handle;
  if (nvs_open("meshswarm", NVS_READWRITE, &handle) != ESP_OK) return;
  if (nvs_erase_key(handle, key) == ESP_OK) nvs_commit(handle);
  nvs_close(handle);
}

void Settings::load() {
  nvs_handle_t handle;
  if (nvs_open("ota", NVS_READONLY, &handle) != ESP_OK) return;
  server = readText(handle, "server").c_str();
  wifiSsid = readText(handle, "wifi_ssid").c_str();
  wifiPass = readText(handle, "wifi_pass").c_str();
  apiKey = readText(handle, "api_key").c_str();
  uint32_t id = 0;
  if (nvs_get_u32(handle, "device_id", &id) == ESP_OK) deviceId = id;
  nvs_close(handle);
}

}  // namespace meshswarm
