#include "Arduino.h"
#include "esp_chip_info.h"
#include "esp_heap_caps.h"
#include "esp_ota_ops.h"
#include "host.h"

EspClass ESP;

void EspClass::restart() { esp_restart(); }

uint32_t EspClass::getHeapSize() { return heap_caps_get_total_size(MALLOC_CAP_INTERNAL); }
uint32_t EspClass::getFreeHeap() { return heap_caps_get_free_size(MALLOC_CAP_INTERNAL); }
uint32_t EspClass::getMinFreeHeap() { return heap_caps_get_minimum_free_size(MALLOC_CAP_INTERNAL); }
uint32_t EspClass::getMaxAllocHeap() { return heap_caps_get_largest_free_block(MALLOC_CAP_INTERNAL); }

uint16_t EspClass::getChipRevision() { return static_cast<uint16_t>(host_chip(2)); }
uint8_t EspClass::getChipCores() { return static_cast<uint8_t>(host_chip(1)); }
uint32_t EspClass::getCpuFreqMHz() { return host_chip(3); }
uint32_t EspClass::getCycleCount() {
  return static_cast<uint32_t>(static_cast<uint64_t>(host_micros() * host_chip(3)));
}
uint32_t EspClass::getFlashChipSize() { return host_chip(4); }
const char *EspClass::getSdkVersion() { return esp_get_idf_version(); }
const char *EspClass::getCoreVersion() { return ESP_ARDUINO_VERSION_STR; }

const char *EspClass::getChipModel() {
  esp_chip_info_t info;
  esp_chip_info(&info);
  switch (info.model) {
    case CHIP_ESP32: return "ESP32-D0WDQ6";
    case CHIP_ESP32S2: return "ESP32-S2";
    case CHIP_ESP32S3: return "ESP32-S3";
    case CHIP_ESP32C3: return "ESP32-C3";
    case CHIP_ESP32C2: return "ESP32-C2";
    case CHIP_ESP32C6: return "ESP32-C6";
    case CHIP_ESP32H2: return "ESP32-H2";
    default: return "UNKNOWN";
  }
}

uint32_t EspClass::getSketchSize() { return host_ota_sketch_size(); }
String EspClass::getSketchMD5() {
  char hex[32];
  host_ota_sketch_md5(hex);
  return String(hex, 32);
}
uint32_t EspClass::getFreeSketchSpace() {
  const esp_partition_t *next = esp_ota_get_next_update_partition(NULL);
  return next ? next->size : 0;
}

bool EspClass::partitionEraseRange(const esp_partition_t *partition, uint32_t offset, size_t size) {
  return esp_partition_erase_range(partition, offset, size) == ESP_OK;
}
bool EspClass::partitionWrite(const esp_partition_t *partition, uint32_t offset, const void *data, size_t size) {
  return esp_partition_write(partition, offset, data, size) == ESP_OK;
}
bool EspClass::partitionRead(const esp_partition_t *partition, uint32_t offset, void *data, size_t size) {
  return esp_partition_read(partition, offset, data, size) == ESP_OK;
}

uint64_t EspClass::getEfuseMac() {
  uint64_t mac = 0;
  host_mac(reinterpret_cast<uint8_t *>(&mac));
  return mac;
}
