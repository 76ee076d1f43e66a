// esp_https_ota over esp_http_client and esp_ota_ops, with the vendor's order of steps and its answers.
#include "esp_https_ota.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "esp_app_format.h"
#include "esp_event.h"
#include "esp_log.h"
#include "esp_ota_ops.h"
#include "hal_internal.h"
#include "sdkconfig.h"

ESP_EVENT_DEFINE_BASE(ESP_HTTPS_OTA_EVENT);
static const char *TAG = "esp_https_ota";
enum { BUFFER = 1024, HEADER = BUFFER, RESUME_LEAST = BUFFER, AUTH_RETRIES = 10 };
typedef enum { BEGIN = 1, RESUME, IN_PROGRESS, SUCCESS } ota_state;

typedef struct {
  esp_http_client_handle_t client;
  const esp_partition_t *slot;
  esp_ota_handle_t ota;
  ota_state state;
  int image_length, got, buffer_size, auth_retries;
  bool bulk_erase;
  char *buffer;
} update;

static void tell(int32_t id, const void *data, size_t size) {
  if (hal_event_wanted(ESP_HTTPS_OTA_EVENT)) esp_event_post(ESP_HTTPS_OTA_EVENT, id, data, size, portMAX_DELAY);
}

static bool verifies_server(const esp_http_client_config_t *config) {
  return config->use_global_ca_store || config->cert_pem || config->crt_bundle_attach;
}

static bool is_redirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

// ESP_OK: go on; ESP_ERR_HTTPS_OTA_IN_PROGRESS: ask again, elsewhere or with credentials.
static esp_err_t judge(update *u, int status) {
  esp_err_t err;
  if (is_redirect(status)) {
    err = esp_http_client_set_redirection(u->client);
    if (err != ESP_OK) ESP_LOGE(TAG, "URL redirection Failed");
  } else if (status == HttpStatus_Unauthorized) {
    if (u->auth_retries-- == 0) {
      ESP_LOGE(TAG, "Reached max_authorization_retries (%d)", status);
      return ESP_FAIL;
    }
    err = esp_http_client_add_auth(u->client);
    if (err != ESP_OK) ESP_LOGE(TAG, "Authorization Failed");
  } else {
    if (status == HttpStatus_NotModified) return ESP_ERR_HTTP_NOT_MODIFIED;
    if (status == HttpStatus_RangeNotSatisfiable) return ESP_ERR_HTTP_RANGE_NOT_SATISFIABLE;
    if (status >= 400) ESP_LOGE(TAG, "%s (%d)", status >= 500 ? "Server error" : status == 404 || status == 403 ? "File not found" : "Client error", status);
    return status >= 400 ? ESP_FAIL : ESP_OK;
  }
  if (err != ESP_OK) return err;
  char rest[256];
  while (esp_http_client_read(u->client, rest, sizeof rest) > 0) {
  }
  return ESP_ERR_HTTPS_OTA_IN_PROGRESS;
}

static esp_err_t connect_to(update *u) {
  for (;;) {
    char *post = NULL;
    int length = esp_http_client_get_post_field(u->client, &post);
    esp_err_t err = esp_http_client_open(u->client, length);
    if (err != ESP_OK) {
      ESP_LOGE(TAG, "Failed to open HTTP connection: %s", esp_err_to_name(err));
      return err;
    }
    if (length > 0 && esp_http_client_write(u->client, post, length) < 0) return ESP_FAIL;
    int64_t headers = esp_http_client_fetch_headers(u->client);
    if (headers < 0) return (esp_err_t)headers;
    err = judge(u, esp_http_client_get_status_code(u->client));
    if (err != ESP_ERR_HTTPS_OTA_IN_PROGRESS) return err;
  }
}

static esp_err_t set_up(update *u, const esp_https_ota_config_t *config) {
  const esp_http_client_config_t *http = config->http_config;
  u->auth_retries = http->max_authorization_retries == -1 ? 0 : http->max_authorization_retries ? http->max_authorization_retries : AUTH_RETRIES;
  u->bulk_erase = config->bulk_flash_erase;
  if (config->ota_resumption && config->ota_image_bytes_written >= RESUME_LEAST) u->got = (int)config->ota_image_bytes_written;
  u->client = esp_http_client_init(http);
  if (!u->client) {
    ESP_LOGE(TAG, "Failed to initialise HTTP connection");
    return ESP_FAIL;
  }
  esp_err_t err = config->http_client_init_cb ? config->http_client_init_cb(u->client) : ESP_OK;
  if (err != ESP_OK) return err;
  if (u->got > 0) {
    char range[32];
    snprintf(range, sizeof range, "bytes=%d-", u->got);
    esp_http_client_set_header(u->client, "Range", range);
  }
  err = connect_to(u);
  if (err == ESP_ERR_HTTP_RANGE_NOT_SATISFIABLE && u->got > 0) {
    ESP_LOGI(TAG, "Restarting download from beginning");
    u->got = 0;
    esp_http_client_delete_header(u->client, "Range");
    err = connect_to(u);
  }
  // A server that ignores the range sends all: so does the client begin anew.
  if (err == ESP_OK && u->got > 0 && esp_http_client_get_status_code(u->client) != 206) u->got = 0;
  if (err != ESP_OK) {
    if (err != ESP_ERR_HTTP_NOT_MODIFIED) ESP_LOGE(TAG, "Failed to establish HTTP connection");
    return err;
  }
  tell(ESP_HTTPS_OTA_CONNECTED, NULL, 0);
  u->image_length = (int)esp_http_client_get_content_length(u->client);
  u->slot = config->partition.staging ? esp_partition_verify(config->partition.staging) : esp_ota_get_next_update_partition(NULL);
  if (!u->slot) return ESP_FAIL;
  ESP_LOGI(TAG, "Writing to <%s> partition at offset 0x%lx", u->slot->label, (unsigned long)u->slot->address);
  u->buffer_size = http->buffer_size > BUFFER ? http->buffer_size : BUFFER;
  u->buffer = malloc((size_t)u->buffer_size);
  if (!u->buffer) return ESP_ERR_NO_MEM;
  u->state = u->got ? RESUME : BEGIN;
  return ESP_OK;
}

static void release(update *u) {
  if (u->client) esp_http_client_cleanup(u->client);
  free(u->buffer);
  free(u);
}

esp_err_t esp_https_ota_begin(const esp_https_ota_config_t *config, esp_https_ota_handle_t *handle) {
  tell(ESP_HTTPS_OTA_START, NULL, 0);
  if (handle) *handle = NULL;
  if (!handle || !config || !config->http_config) return ESP_ERR_INVALID_ARG;
  if (config->partial_http_download || (config->partition.final && config->partition.final != config->partition.staging)) {
    ESP_LOGE(TAG, "partial_http_download and separate final partitions are not simulated");
    return ESP_ERR_NOT_SUPPORTED;
  }
  if (!verifies_server(config->http_config)) {
#if CONFIG_ESP_HTTPS_OTA_ALLOW_HTTP
    ESP_LOGW(TAG, "Continuing with insecure option because CONFIG_ESP_HTTPS_OTA_ALLOW_HTTP is set.");
#else
    ESP_LOGE(TAG, "No option for server verification is enabled in esp_http_client config.");
    return ESP_ERR_INVALID_ARG;
#endif
  }
  update *u = calloc(1, sizeof *u);
  if (!u) return ESP_ERR_NO_MEM;
  esp_err_t err = set_up(u, config);
  if (err == ESP_OK) *handle = u;
  else release(u);
  return err;
}

// As the vendor's it waits for ever for the first kilobyte: EAGAIN is not counted.
static esp_err_t read_header(update *u) {
  int held = 0;
  while (held < HEADER && !esp_http_client_is_complete_data_received(u->client)) {
    int n = esp_http_client_read(u->client, u->buffer + held, HEADER - held);
    if (n == -ESP_ERR_HTTP_EAGAIN) continue;
    if (n < 0) break;
    held += n;
    if (n == 0) break;
  }
  if (held < HEADER) {
    ESP_LOGE(TAG, "Complete headers were not received");
    return ESP_FAIL;
  }
  u->got = held;
  return ESP_OK;
}

esp_err_t esp_https_ota_get_img_desc(esp_https_ota_handle_t handle, esp_app_desc_t *out) {
  update *u = handle;
  if (!u || !out) return ESP_ERR_INVALID_ARG;
  if (u->state != BEGIN) return ESP_ERR_INVALID_STATE;
  tell(ESP_HTTPS_OTA_GET_IMG_DESC, NULL, 0);
  if (u->got == 0 && read_header(u) != ESP_OK) return ESP_FAIL;
  memcpy(out, u->buffer + sizeof(esp_image_header_t) + sizeof(esp_image_segment_header_t), sizeof *out);
  return out->magic_word == ESP_APP_DESC_MAGIC_WORD ? ESP_OK : ESP_FAIL;
}

// The chip id that counts is the running image's: images for virtual boards have one of their own.
static esp_err_t check_chip(const char *data) {
  esp_image_header_t header, running;
  memcpy(&header, data, sizeof header);
  esp_err_t err = esp_partition_read(esp_ota_get_running_partition(), 0, &running, sizeof running);
  if (err != ESP_OK) return err;
  tell(ESP_HTTPS_OTA_VERIFY_CHIP_ID, &header.chip_id, sizeof header.chip_id);
  if (header.chip_id == running.chip_id) return ESP_OK;
  ESP_LOGE(TAG, "Mismatch chip id, expected %d, found %d", running.chip_id, header.chip_id);
  return ESP_ERR_INVALID_VERSION;
}

static esp_err_t write_piece(update *u, int length) {
  esp_err_t err = esp_ota_write(u->ota, u->buffer, (size_t)length);
  if (err != ESP_OK) {
    ESP_LOGE(TAG, "Error: esp_ota_write failed! err=0x%x", (unsigned)err);
    return err;
  }
  u->got += length;
  tell(ESP_HTTPS_OTA_WRITE_FLASH, &u->got, sizeof u->got);
  return ESP_ERR_HTTPS_OTA_IN_PROGRESS;
}

static esp_err_t start_slot(update *u, size_t erase) {
  esp_err_t err = esp_ota_begin(u->slot, erase, &u->ota);
  if (err != ESP_OK) {
    ESP_LOGE(TAG, "esp_ota_begin failed (%s)", esp_err_to_name(err));
    return err;
  }
  u->state = IN_PROGRESS;
  if (u->got == 0 && read_header(u) != ESP_OK) return ESP_FAIL;
  u->got = 0;
  err = check_chip(u->buffer);
  return err == ESP_OK ? write_piece(u, HEADER) : err;
}

esp_err_t esp_https_ota_perform(esp_https_ota_handle_t handle) {
  update *u = handle;
  if (!u) return ESP_ERR_INVALID_ARG;
  size_t erase = !u->bulk_erase ? OTA_WITH_SEQUENTIAL_WRITES : u->image_length > 0 ? (size_t)u->image_length : OTA_SIZE_UNKNOWN;
  if (u->state == BEGIN) return start_slot(u, erase);
  if (u->state == RESUME) {
    esp_err_t err = esp_ota_resume(u->slot, erase, (size_t)u->got, &u->ota);
    if (err != ESP_OK) return err;
    u->state = IN_PROGRESS;
  }
  if (u->state != IN_PROGRESS) return ESP_FAIL;
  int n = esp_http_client_read(u->client, u->buffer, u->buffer_size);
  if (n > 0) return write_piece(u, n);
  if (n == -ESP_ERR_HTTP_EAGAIN) return ESP_ERR_HTTPS_OTA_IN_PROGRESS;
  if (n < 0) return ESP_FAIL;
  if (!esp_http_client_is_complete_data_received(u->client)) {
    ESP_LOGE(TAG, "Connection closed before complete data was received!");
    return ESP_FAIL;
  }
  u->state = SUCCESS;
  return ESP_OK;
}

bool esp_https_ota_is_complete_data_received(esp_https_ota_handle_t handle) {
  return esp_http_client_is_complete_data_received(((update *)handle)->client);
}
esp_err_t esp_https_ota_finish(esp_https_ota_handle_t handle) {
  update *u = handle;
  if (!u) return ESP_ERR_INVALID_ARG;
  esp_err_t err = u->state >= IN_PROGRESS ? esp_ota_end(u->ota) : ESP_OK;
  if (err == ESP_OK && u->state == SUCCESS) {
    err = esp_ota_set_boot_partition(u->slot);
    if (err != ESP_OK) ESP_LOGE(TAG, "esp_ota_set_boot_partition failed! err=0x%x", (unsigned)err);
    else tell(ESP_HTTPS_OTA_UPDATE_BOOT_PARTITION, &u->slot->subtype, sizeof u->slot->subtype);
  }
  release(u);
  tell(ESP_HTTPS_OTA_FINISH, NULL, 0);
  return err;
}
esp_err_t esp_https_ota_abort(esp_https_ota_handle_t handle) {
  update *u = handle;
  if (!u) return ESP_ERR_INVALID_ARG;
  esp_err_t err = u->state >= IN_PROGRESS ? esp_ota_abort(u->ota) : ESP_OK;
  release(u);
  tell(ESP_HTTPS_OTA_ABORT, NULL, 0);
  return err;
}
int esp_https_ota_get_image_len_read(esp_https_ota_handle_t handle) { return handle ? ((update *)handle)->got : -1; }
int esp_https_ota_get_status_code(esp_https_ota_handle_t handle) {
  return handle ? esp_http_client_get_status_code(((update *)handle)->client) : -1;
}
int esp_https_ota_get_image_size(esp_https_ota_handle_t handle) { return handle ? ((update *)handle)->image_length : -1; }

esp_err_t esp_https_ota(const esp_https_ota_config_t *config) {
  if (!config || !config->http_config) return ESP_ERR_INVALID_ARG;
  if (config->ota_resumption) {
    ESP_LOGE(TAG, "OTA resumption is not supported in esp_https_ota API");
    return ESP_ERR_NOT_SUPPORTED;
  }
  esp_https_ota_handle_t handle;
  esp_err_t err = esp_https_ota_begin(config, &handle);
  if (err != ESP_OK) return err;
  do err = esp_https_ota_perform(handle);
  while (err == ESP_ERR_HTTPS_OTA_IN_PROGRESS);
  if (err != ESP_OK) {
    esp_https_ota_abort(handle);
    return err;
  }
  return esp_https_ota_finish(handle);
}
