// Partitions. A partition is named to the host by its row in the partition table.
#include "esp_partition.h"
#include <stdlib.h>
#include <string.h>
#include "esp_image_format.h"
#include "hal_internal.h"
#include "host.h"
#include "mbedtls/sha256.h"

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

const esp_partition_t *hal_partition(int32_t row) { return load() && row >= 0 && (uint32_t)row < rows ? &table[row] : NULL; }

// Row of a partition, also of a caller's copy of one; -1 = no such partition.
int32_t hal_partition_row(const esp_partition_t *p) {
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
const esp_partition_t *esp_partition_verify(const esp_partition_t *p) { return hal_partition(hal_partition_row(p)); }

static esp_err_t range(const esp_partition_t *p, size_t offset, size_t size, int32_t *row) {
  *row = hal_partition_row(p);
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

// A guest cannot see flash in its memory: what is mapped is a copy on the heap, as it was when it was mapped.
esp_err_t esp_partition_mmap(const esp_partition_t *p, size_t offset, size_t size, esp_partition_mmap_memory_t memory,
                             const void **out, esp_partition_mmap_handle_t *handle) {
  (void)memory;
  if (!p || !out || !handle || offset > p->size) return ESP_ERR_INVALID_ARG;
  if (size > p->size - offset) return ESP_ERR_INVALID_SIZE;
  void *copy = malloc(size ? size : 1);
  if (!copy) return ESP_ERR_NO_MEM;
  esp_err_t err = esp_partition_read(p, offset, copy, size);
  if (err != ESP_OK) {
    free(copy);
    return err;
  }
  *out = copy;
  *handle = (esp_partition_mmap_handle_t)(uintptr_t)copy;
  return ESP_OK;
}
void esp_partition_munmap(esp_partition_mmap_handle_t handle) { free((void *)(uintptr_t)handle); }

// Of a data partition: all its bytes. Of an app: the hash that is appended to the image, which is checked; without one, of the image.
esp_err_t esp_partition_get_sha256(const esp_partition_t *p, uint8_t *sha_256) {
  int32_t row = hal_partition_row(p);
  if (!sha_256 || row < 0) return ESP_ERR_INVALID_ARG;
  uint32_t length = p->size;
  if (p->type == ESP_PARTITION_TYPE_APP) {
    esp_image_header_t header;
    length = host_ota_image_length((uint32_t)row);
    if (length == 0 || host_partition_read((uint32_t)row, 0, &header, sizeof header) != ESP_OK) return ESP_ERR_IMAGE_INVALID;
    if (header.hash_appended) return host_partition_read((uint32_t)row, length - 32, sha_256, 32);
  }
  mbedtls_sha256_context sha;
  mbedtls_sha256_init(&sha);
  mbedtls_sha256_starts(&sha, 0);
  uint8_t piece[256];
  for (uint32_t at = 0; at < length; at += sizeof piece) {
    uint32_t n = length - at < sizeof piece ? length - at : sizeof piece;
    esp_err_t err = host_partition_read((uint32_t)row, at, piece, n);
    if (err != ESP_OK) return err;
    mbedtls_sha256_update(&sha, piece, n);
  }
  mbedtls_sha256_finish(&sha, sha_256);
  return ESP_OK;
}
