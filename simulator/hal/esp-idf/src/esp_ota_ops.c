// OTA operations and the running image's description. Images are verified by the board as the chip does.
#include "esp_ota_ops.h"
#include <stdio.h>
#include "esp_system.h"
#include "hal_internal.h"
#include "host.h"

esp_err_t esp_ota_begin(const esp_partition_t *p, size_t image_size, esp_ota_handle_t *out) {
  if (!p || !out) return ESP_ERR_INVALID_ARG;
  int32_t row = hal_partition_row(p);
  return row < 0 ? ESP_ERR_NOT_FOUND : host_ota_begin((uint32_t)row, image_size, out);
}
// Takes up an earlier session at image_offset; with OTA_WITH_SEQUENTIAL_WRITES the sectors from there on are erased as they are reached.
esp_err_t esp_ota_resume(const esp_partition_t *p, const size_t erase_size, const size_t image_offset, esp_ota_handle_t *out) {
  if (!p || !out || image_offset > p->size) return ESP_ERR_INVALID_ARG;
  int32_t row = hal_partition_row(p);
  return row < 0 ? ESP_ERR_NOT_FOUND : host_ota_resume((uint32_t)row, erase_size, image_offset, out);
}
esp_err_t esp_ota_erase_last_boot_app_partition(void) { return host_ota_erase_last(0); }
esp_err_t esp_ota_invalidate_inactive_ota_data_slot(void) { return host_ota_erase_last(1); }
esp_err_t esp_ota_write(esp_ota_handle_t handle, const void *data, size_t size) {
  return data ? host_ota_write(handle, data, size) : ESP_ERR_INVALID_ARG;
}
esp_err_t esp_ota_write_with_offset(esp_ota_handle_t handle, const void *data, size_t size, uint32_t offset) {
  return data ? host_ota_write_at(handle, data, size, offset) : ESP_ERR_INVALID_ARG;
}
esp_err_t esp_ota_end(esp_ota_handle_t handle) { return host_ota_end(handle); }
esp_err_t esp_ota_abort(esp_ota_handle_t handle) { return host_ota_abort(handle); }
esp_err_t esp_ota_set_boot_partition(const esp_partition_t *p) {
  if (!p) return ESP_ERR_INVALID_ARG;
  int32_t row = hal_partition_row(p);
  return row < 0 ? ESP_ERR_NOT_FOUND : host_ota_set_boot((uint32_t)row);
}
const esp_partition_t *esp_ota_get_boot_partition(void) { return hal_partition(host_ota_boot()); }
const esp_partition_t *esp_ota_get_running_partition(void) { return hal_partition(host_ota_running()); }
const esp_partition_t *esp_ota_get_next_update_partition(const esp_partition_t *start) {
  if (!start) return hal_partition(host_ota_next(-1));
  int32_t row = hal_partition_row(start);
  return row < 0 ? NULL : hal_partition(host_ota_next(row));
}
const esp_partition_t *esp_ota_get_last_invalid_partition(void) { return hal_partition(host_ota_last_invalid()); }
esp_err_t esp_ota_get_partition_description(const esp_partition_t *p, esp_app_desc_t *out) {
  if (!p || !out) return ESP_ERR_INVALID_ARG;
  if (p->type != ESP_PARTITION_TYPE_APP) return ESP_ERR_NOT_SUPPORTED;
  int32_t row = hal_partition_row(p);
  return row < 0 ? ESP_ERR_NOT_FOUND : host_ota_app_desc((uint32_t)row, out);
}
uint8_t esp_ota_get_app_partition_count(void) {
  uint8_t n = 0;
  const esp_partition_t *p;
  for (int32_t row = 0; (p = hal_partition(row)) != NULL; row++)
    n += p->type == ESP_PARTITION_TYPE_APP && p->subtype >= ESP_PARTITION_SUBTYPE_APP_OTA_MIN &&
         p->subtype < ESP_PARTITION_SUBTYPE_APP_OTA_MAX;
  return n;
}
esp_err_t esp_ota_mark_app_valid_cancel_rollback(void) { return host_ota_mark_valid(); }
esp_err_t esp_ota_mark_app_invalid_rollback(void) { return host_ota_mark_invalid(); }
esp_err_t esp_ota_mark_app_invalid_rollback_and_reboot(void) {
  esp_err_t err = host_ota_mark_invalid();
  if (err == ESP_OK) esp_restart();
  return err;
}
esp_err_t esp_ota_get_state_partition(const esp_partition_t *p, esp_ota_img_states_t *out) {
  if (!p || !out) return ESP_ERR_INVALID_ARG;
  int32_t row = hal_partition_row(p);
  if (row < 0) return ESP_ERR_NOT_FOUND;
  uint32_t state = 0;
  esp_err_t err = host_ota_state((uint32_t)row, &state);
  if (err == ESP_OK) *out = (esp_ota_img_states_t)state;
  return err;
}
bool esp_ota_check_rollback_is_possible(void) { return host_ota_rollback_possible() != 0; }

// ---- esp_app_desc.h ----

const esp_app_desc_t *esp_app_get_description(void) {
  static esp_app_desc_t description;
  int32_t row = host_ota_running();
  if (description.magic_word != ESP_APP_DESC_MAGIC_WORD && row >= 0) host_ota_app_desc((uint32_t)row, &description);
  return &description;
}
int esp_app_get_elf_sha256(char *dst, size_t size) {
  if (!dst || size == 0) return 0;
  const esp_app_desc_t *d = esp_app_get_description();
  size_t digits = (size - 1) / 2 * 2;
  if (digits > 64) digits = 64;
  for (size_t i = 0; i < digits / 2; i++) snprintf(dst + i * 2, 3, "%02x", d->app_elf_sha256[i]);
  dst[digits] = 0;
  return (int)digits + 1;
}
char *esp_app_get_elf_sha256_str(void) {
  static char text[9 + 1];
  esp_app_get_elf_sha256(text, sizeof text);
  return text;
}
