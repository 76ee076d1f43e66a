// What the HTTP client tells: events to its handler and to the default loop, from what the parser finds.
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "esp_event.h"
#include "esp_http_client_internal.h"
#include "esp_log.h"
#include "hal_internal.h"

ESP_EVENT_DEFINE_BASE(ESP_HTTP_CLIENT_EVENT);
static const char *TAG = "HTTP_CLIENT";
enum { EVENT_POST_TICKS = 2000 / portTICK_PERIOD_MS };

// ---- events ----

esp_err_t http_dispatch(esp_http_client_handle_t client, esp_http_client_event_id_t id, void *data, int length) {
  if (!client->handler) return ESP_OK;
  client->event.event_id = id;
  client->event.user_data = client->user_data;
  client->event.data = data;
  client->event.data_len = length;
  return client->handler(&client->event);
}

// To the default event loop too, where somebody listens there.
void http_publish(int32_t id, const void *data, size_t size) {
  if (hal_event_wanted(ESP_HTTP_CLIENT_EVENT)) esp_event_post(ESP_HTTP_CLIENT_EVENT, id, data, size, EVENT_POST_TICKS);
}
void http_tell(esp_http_client_handle_t client, esp_http_client_event_id_t id, void *data) {
  http_dispatch(client, id, data, 0);
  http_publish(id, &client, sizeof client);
}
esp_err_t http_tell_error(esp_http_client_handle_t client, esp_err_t err) {
  http_tell(client, HTTP_EVENT_ERROR, &client->io.error);
  return err;
}

static void header_done(esp_http_client_handle_t client) {
  if (!client->key || !client->value) return;
  client->event.header_key = client->key;
  client->event.header_value = client->value;
  http_tell(client, HTTP_EVENT_ON_HEADER, NULL);
  free(client->key);
  free(client->value);
  client->key = client->value = NULL;
}

// ---- what the parser finds ----

static void on_begin(void *context) {
  esp_http_client_handle_t client = context;
  client->chunked = client->complete = false;
}
static void on_field(void *context, const char *at, size_t length) {
  esp_http_client_handle_t client = context;
  header_done(client);
  http_append_string(&client->key, at, length);
}
static void on_value(void *context, const char *at, size_t length) {
  esp_http_client_handle_t client = context;
  if (!client->key) return;
  if (strcasecmp(client->key, "Location") == 0) http_append_string(&client->location, at, length);
  else if (strcasecmp(client->key, "WWW-Authenticate") == 0) http_append_string(&client->authenticate, at, length);
  else if (strcasecmp(client->key, "Transfer-Encoding") == 0 && length <= 7 && memcmp(at, "chunked", length) == 0) client->chunked = length > 0;
  http_append_string(&client->value, at, length);
}
static bool on_headers(void *context) {
  esp_http_client_handle_t client = context;
  header_done(client);
  client->status = client->parser.status;
  client->content_length = (int64_t)client->parser.length;
  client->processed = 0;
  client->state = STATE_HEADERS_READ;
  return client->method == HTTP_METHOD_HEAD;
}
static void on_chunk(void *context, uint64_t length) { ((esp_http_client_handle_t)context)->chunk_length = (int)length; }
static void on_body(void *context, const char *at, size_t length) {
  esp_http_client_handle_t client = context;
  if (client->out) {
    memcpy(client->out, at, length);
    client->out += length;
    client->out_length += length;
  } else if (client->state < STATE_DATA && client->keep_early_body) {
    char *grown = realloc(client->early, client->early_length + length);
    if (!grown) {
      ESP_LOGE(TAG, "Failed to allocate memory for storing decoded data");
      client->parser.failed = true;
      return;
    }
    memcpy(grown + client->early_length, at, length);
    client->early = grown;
    client->early_length += length;
  }
  client->processed += (int64_t)length;
  http_dispatch(client, HTTP_EVENT_ON_DATA, (void *)at, (int)length);
  esp_http_client_on_data_t data = {.client = client, .data_process = client->processed};
  http_publish(HTTP_EVENT_ON_DATA, &data, sizeof data);
}
static void on_complete(void *context) {
  esp_http_client_handle_t client = context;
  header_done(client); // the last trailer
  client->complete = true;
}
const http_response_events http_client_events = {on_begin, on_field, on_value, on_headers, on_chunk, on_body, on_complete};

void http_forget_early_body(esp_http_client_handle_t client) {
  free(client->early);
  client->early = NULL;
  client->early_length = client->early_at = 0;
}
