// Restart, reset reason, heap figures, chip, MAC, random numbers, error names, CRCs.
#include "esp_system.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "esp_chip_info.h"
#include "esp_heap_caps.h"
#include "esp_mac.h"
#include "esp_random.h"
#include "esp_rom_crc.h"
#include "hal_internal.h"
#include "host.h"

enum { SHUTDOWN_HANDLERS = 5 };
static shutdown_handler_t shutdown_handlers[SHUTDOWN_HANDLERS];

esp_err_t esp_register_shutdown_handler(shutdown_handler_t handler) {
  for (int i = 0; i < SHUTDOWN_HANDLERS; i++) {
    if (shutdown_handlers[i] == handler) return ESP_ERR_INVALID_STATE;
    if (shutdown_handlers[i]) continue;
    shutdown_handlers[i] = handler;
    return ESP_OK;
  }
  return ESP_ERR_NO_MEM;
}
esp_err_t esp_unregister_shutdown_handler(shutdown_handler_t handler) {
  for (int i = 0; i < SHUTDOWN_HANDLERS; i++) {
    if (shutdown_handlers[i] != handler) continue;
    shutdown_handlers[i] = NULL;
    return ESP_OK;
  }
  return ESP_ERR_INVALID_STATE;
}

void esp_restart(void) {
  for (int i = SHUTDOWN_HANDLERS - 1; i >= 0; i--)
    if (shutdown_handlers[i]) shutdown_handlers[i]();
  fflush(stdout);
  host_restart();
  for (;;) host_delay(1e6);
}
esp_reset_reason_t esp_reset_reason(void) { return (esp_reset_reason_t)host_reset_reason(); }
void esp_system_abort(const char *details) { hal_panic("%s", details); }
const char *esp_get_idf_version(void) { return "v5.5-sim"; }

// Heap figures are those of an ordinary ESP32: the host takes what this guest holds from what such a board has free.
uint32_t esp_get_free_heap_size(void) { return host_heap_free(hal_heap_in_use()); }
uint32_t esp_get_free_internal_heap_size(void) { return esp_get_free_heap_size(); }
uint32_t esp_get_minimum_free_heap_size(void) { return host_heap_free(hal_heap_in_use_peak()); }

static bool has(uint32_t caps) { return (caps & MALLOC_CAP_SPIRAM) == 0; }
void *heap_caps_malloc(size_t size, uint32_t caps) { return has(caps) ? malloc(size) : NULL; }
void *heap_caps_calloc(size_t n, size_t size, uint32_t caps) { return has(caps) ? calloc(n, size) : NULL; }
void *heap_caps_realloc(void *p, size_t size, uint32_t caps) { return has(caps) ? realloc(p, size) : NULL; }
void heap_caps_free(void *p) { free(p); }
size_t heap_caps_get_total_size(uint32_t caps) { return has(caps) ? host_heap_free(0) : 0; }
size_t heap_caps_get_free_size(uint32_t caps) { return has(caps) ? esp_get_free_heap_size() : 0; }
size_t heap_caps_get_minimum_free_size(uint32_t caps) { return has(caps) ? esp_get_minimum_free_heap_size() : 0; }
size_t heap_caps_get_largest_free_block(uint32_t caps) { return has(caps) ? hal_heap_largest_free() : 0; }

void esp_chip_info(esp_chip_info_t *out) {
  // Image header chip id → model: the numbers agree except for the first ESP32.
  uint32_t id = host_chip(0);
  out->model = id == 0 ? CHIP_ESP32 : (esp_chip_model_t)id;
  out->features = CHIP_FEATURE_WIFI_BGN | (id == 0 ? CHIP_FEATURE_BT : 0) | (id != 2 ? CHIP_FEATURE_BLE : 0);
  out->revision = (uint16_t)host_chip(2);
  out->cores = (uint8_t)host_chip(1);
}

esp_err_t esp_read_mac(uint8_t *mac, esp_mac_type_t type) {
  if (!mac) return ESP_ERR_INVALID_ARG;
  static const uint8_t offsets[] = {0, 1, 2, 3};
  if (type > ESP_MAC_ETH && type != ESP_MAC_BASE && type != ESP_MAC_EFUSE_FACTORY) return ESP_ERR_NOT_SUPPORTED;
  host_mac(mac);
  if (type <= ESP_MAC_ETH) mac[5] = (uint8_t)(mac[5] + offsets[type]);
  return ESP_OK;
}
esp_err_t esp_efuse_mac_get_default(uint8_t *mac) { return esp_read_mac(mac, ESP_MAC_EFUSE_FACTORY); }
esp_err_t esp_base_mac_addr_get(uint8_t *mac) { return esp_read_mac(mac, ESP_MAC_BASE); }

uint32_t esp_random(void) { return host_random(); }
void esp_fill_random(void *buf, size_t len) {
  uint8_t *out = buf;
  while (len) {
    uint32_t word = host_random();
    size_t n = len < sizeof word ? len : sizeof word;
    memcpy(out, &word, n);
    out += n;
    len -= n;
  }
}

uint32_t esp_rom_crc32_le(uint32_t crc, uint8_t const *buf, uint32_t len) {
  crc = ~crc;
  while (len--) {
    crc ^= *buf++;
    for (int i = 0; i < 8; i++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return ~crc;
}
uint16_t esp_rom_crc16_le(uint16_t crc, uint8_t const *buf, uint32_t len) {
  crc = (uint16_t)~crc;
  while (len--) {
    crc ^= *buf++;
    for (int i = 0; i < 8; i++) crc = (uint16_t)(crc >> 1 ^ (crc & 1 ? 0x8408u : 0));
  }
  return (uint16_t)~crc;
}
