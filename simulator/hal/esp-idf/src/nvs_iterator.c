// Walking the keys of NVS.
#include <stdlib.h>
#include <string.h>
#include "host.h"
#include "nvs.h"
#include "nvs_flash.h"

struct nvs_opaque_iterator_t {
  char name[NVS_NS_NAME_MAX_SIZE];
  nvs_type_t type;
  uint32_t index;
  host_nvs_entry_t entry;
};

static esp_err_t look(struct nvs_opaque_iterator_t *it) {
  return host_nvs_entry(it->name, strlen(it->name), it->type, it->index, &it->entry);
}

static esp_err_t start(const char *name, nvs_type_t type, nvs_iterator_t *out) {
  *out = NULL;
  struct nvs_opaque_iterator_t *it = calloc(1, sizeof *it);
  if (!it) return ESP_ERR_NO_MEM;
  if (name) strncpy(it->name, name, sizeof it->name - 1);
  it->type = type;
  esp_err_t err = look(it);
  if (err == ESP_OK) *out = it;
  else free(it);
  return err;
}

esp_err_t nvs_entry_find(const char *partition, const char *name, nvs_type_t type, nvs_iterator_t *out) {
  if (!partition || !out) return ESP_ERR_INVALID_ARG;
  if (strcmp(partition, NVS_DEFAULT_PART_NAME) != 0) return ESP_ERR_NVS_PART_NOT_FOUND;
  return start(name, type, out);
}
esp_err_t nvs_entry_find_in_handle(nvs_handle_t handle, nvs_type_t type, nvs_iterator_t *out) {
  char name[NVS_NS_NAME_MAX_SIZE];
  if (!out) return ESP_ERR_INVALID_ARG;
  esp_err_t err = host_nvs_namespace(handle, name);
  return err ? err : start(name, type, out);
}
esp_err_t nvs_entry_next(nvs_iterator_t *it) {
  if (!it || !*it) return ESP_ERR_INVALID_ARG;
  (*it)->index++;
  esp_err_t err = look(*it);
  if (err == ESP_OK) return ESP_OK;
  nvs_release_iterator(*it);
  *it = NULL;
  return err;
}
esp_err_t nvs_entry_info(const nvs_iterator_t it, nvs_entry_info_t *out) {
  if (!it || !out) return ESP_ERR_INVALID_ARG;
  memcpy(out->namespace_name, it->entry.namespace_name, sizeof out->namespace_name);
  memcpy(out->key, it->entry.key, sizeof out->key);
  out->type = (nvs_type_t)it->entry.type;
  return ESP_OK;
}
void nvs_release_iterator(nvs_iterator_t it) { free(it); }

esp_err_t nvs_get_used_entry_count(nvs_handle_t handle, size_t *out) {
  if (!out) return ESP_ERR_INVALID_ARG;
  uint32_t count = 0;
  esp_err_t err = host_nvs_used(handle, &count);
  *out = count;
  return err;
}
esp_err_t nvs_flash_deinit(void) { return host_nvs_deinit(); }
