// Partitions and OTA operations. A partition is named to the host by its row in the partition table.
#include "esp_partition.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "esp_ota_ops.h"
#include "esp_system.h"
#include "host.h"

struct esp_partition_iterator_opaque_ {
  esp_partition_type_t type;
  esp_partition_subtype_t subtype;
  const char *label;
  uint32_t row;
};

static esp_partition_t *table; // read once: pointers into it are the API's handles
static uint32_t rows;

static bool load(void) {
  if (table) return true;
  uint32_t count = host_partition_count();
  esp_partition_t *fresh = calloc(count ? count : 1, sizeof *fresh);
  if (!fresh) return false;
  for (uint32_t row = 0; row < count; row++) {
    host_partition_t p;
    if (!host_partition_info(row, &p)) continue;
    esp_partition_t *out = &fresh[row];
    out->type = (esp_partition_type_t)p.type;
    out->subtype = (esp_partition_subtype_t)p.subtype;
    out->address = p.address;
    out->size = p.size;
    out->erase_size = p.erase_size;
    memcpy(out->label, p.label, sizeof out->label);
    out->label[sizeof out->label - 1] = 0;
    out->encrypted = p.encrypted;
    out->readonly = p.readonly;
  }
  rows = count;
  table = fresh;
  return true;
}

static const esp_partition_t *at(int32_t row) { return load() && row >= 0 && (uint32_t)row < rows ? &table[row] : NULL; }

// Row of a partition, also of a caller's copy of one; -1 = no such partition.
static int32_t row_of(const esp_partition_t *p) {
  if (!p || !load()) return -1;
  for (uint32_t i = 0; i < rows; i++)
    if (p == &table[i] || (p->address == table[i].address && p->size == table[i].size && p->type == table[i].type))
      return (int32_t)i;
  return -1;
}

static bool matches(const esp_partition_t *p, const struct esp_partition_iterator_opaque_ *want) {
  if (want->type != ESP_PARTITION_TYPE_ANY && p->type != want->type) return false;
  if (want->subtype != ESP_PARTITION_SUBTYPE_ANY && p->subtype != want->subtype) return false;
  return !want->label || strcmp(p->label, want->label) == 0;
}

static bool seek(esp_partition_iterator_t it) {
  while (it->row < rows && !matches(&table[it->row], it)) it->row++;
  return it->row < rows;
}

esp_partition_iterator_t esp_partition_find(esp_partition_type_t type, esp_partition_subtype_t subtype, const char *label) {
  if (!load()) return NULL;
  esp_partition_iterator_t it = malloc(sizeof *it);
  if (!it) return NULL;
  *it = (struct esp_partition_iterator_opaque_){type, subtype, label, 0};
  if (seek(it)) return it;
  free(it);
  return NULL;
}
const esp_partition_t *esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype, const char *label) {
  if (!load()) return NULL;
  struct esp_partition_iterator_opaque_ it = {type, subtype, label, 0};
  return seek(&it) ? &table[it.row] : NULL;
}
const esp_partition_t *esp_partition_get(esp_partition_iterator_t it) { return it ? &table[it->row] : NULL; }
esp_partition_iterator_t esp_partition_next(esp_partition_iterator_t it) {
  it->row++;
  if (seek(it)) return it;
  free(it);
  return NULL;
}
void esp_partition_iterator_release(esp_partition_iterator_t it) { free(it); }
const esp_partition_t *esp_partition_verify(const esp_partition_t *p) { return at(row_of(p)); }

static esp_err_t range(const esp_partition_t *p, size_t offset, size_t size, int32_t *row) {
  *row = row_of(p);
  if (*row < 0) return ESP_ERR_INVALID_ARG;
  if (offset > p->size) return ESP_ERR_INVALID_ARG;
  return size > p->size - offset ? ESP_ERR_INVALID_SIZE : ESP_OK;
}
esp_err_t esp_partition_read(const esp_partition_t *p, size_t offset, void *dst, size_t size) {
  int32_t row;
  esp_err_t err = range(p, offset, size, &row);
  return err ? err : host_partition_read((uint32_t)row, offset, dst, size);
}
esp_err_t esp_partition_write(const esp_partition_t *p, size_t offset, const void *src, size_t size) {
  int32_t row;
  esp_err_t err = range(p, offset, size, &row);
  if (!err && p->readonly) err = ESP_ERR_NOT_ALLOWED;
  return err ? err : host_partition_write((uint32_t)row, offset, src, size);
}
esp_err_t esp_partition_read_raw(const esp_partition_t *p, size_t offset, void *dst, size_t size) {
  return esp_partition_read(p, offset, dst, size);
}
esp_err_t esp_partition_write_raw(const esp_partition_t *p, size_t offset, const void *src, size_t size) {
  return esp_partition_write(p, offset, src, size);
}
esp_err_t esp_partition_erase_range(const esp_partition_t *p, size_t offset, size_t size) {
  int32_t row;
  esp_err_t err = range(p, offset, size, &row);
  if (err) return err;
  if (p->readonly) return ESP_ERR_NOT_ALLOWED;
  if (offset % p->erase_size) return ESP_ERR_INVALID_ARG;
  if (size % p->erase_size) return ESP_ERR_INVALID_SIZE;
  return host_partition_erase((uint32_t)row, offset, size);
}
bool esp_partition_check_identity(const esp_partition_t *a, const esp_partition_t *b) {
  return a->address == b->address && a->size == b->size && a->type == b->type && a->subtype == b->subtype &&
         strcmp(a->label, b->label) == 0;
}
uint32_t esp_partition_get_main_flash_sector_size(void) { return 4096; }

// ---- esp_ota_ops.h ----

esp_err_t esp_ota_begin(const esp_partition_t *p, size_t image_size, esp_ota_handle_t *out) {
  if (!p || !out) return ESP_ERR_INVALID_ARG;
  int32_t row = row_of(p);
  return row < 0 ? ESP_ERR_NOT_FOUND : host_ota_begin((uint32_t)row, image_size, out);
}
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
  int32_t row = row_of(p);
  return row < 0 ? ESP_ERR_NOT_FOUND : host_ota_set_boot((uint32_t)row);
}
const esp_partition_t *esp_ota_get_boot_partition(void) { return at(host_ota_boot()); }
const esp_partition_t *esp_ota_get_running_partition(void) { return at(host_ota_running()); }
const esp_partition_t *esp_ota_get_next_update_partition(const esp_partition_t *start) {
  if (!start) return at(host_ota_next(-1));
  int32_t row = row_of(start);
  return row < 0 ? NULL : at(host_ota_next(row));
}
const esp_partition_t *esp_ota_get_last_invalid_partition(void) { return at(host_ota_last_invalid()); }
esp_err_t esp_ota_get_partition_description(const esp_partition_t *p, esp_app_desc_t *out) {
  if (!p || !out) return ESP_ERR_INVALID_ARG;
  if (p->type != ESP_PARTITION_TYPE_APP) return ESP_ERR_NOT_SUPPORTED;
  int32_t row = row_of(p);
  return row < 0 ? ESP_ERR_NOT_FOUND : host_ota_app_desc((uint32_t)row, out);
}
uint8_t esp_ota_get_app_partition_count(void) {
  uint8_t n = 0;
  if (!load()) return 0;
  for (uint32_t i = 0; i < rows; i++)
    n += table[i].type == ESP_PARTITION_TYPE_APP && table[i].subtype >= ESP_PARTITION_SUBTYPE_APP_OTA_MIN &&
         table[i].subtype < ESP_PARTITION_SUBTYPE_APP_OTA_MAX;
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
  int32_t row = row_of(p);
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
