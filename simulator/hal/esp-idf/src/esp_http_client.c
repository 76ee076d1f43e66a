// The HTTP client's handle: configuration, URL, headers, results. What goes over the wire is in esp_http_client_io.c.
#include "esp_http_client.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "esp_crt_bundle.h"
#include "esp_http_client_internal.h"
#include "esp_log.h"
#include "http_url.h"

static const char *TAG = "HTTP_CLIENT";
enum { HTTP_PORT = 80, HTTPS_PORT = 443, DEFAULT_TIMEOUT_MS = 5000, DEFAULT_REDIRECTS = 10 };

esp_err_t esp_crt_bundle_attach(void *conf) {
  (void)conf;
  return ESP_OK;
}
void esp_crt_bundle_detach(void *conf) { (void)conf; }

bool http_set_string(char **target, const char *text, int length) {
  size_t n = length < 0 ? strlen(text) : (size_t)length;
  char *copy = malloc(n + 1);
  if (!copy) return false;
  memcpy(copy, text, n);
  copy[n] = 0;
  free(*target);
  *target = copy;
  return true;
}
bool http_append_string(char **target, const char *text, size_t length) {
  size_t held = *target ? strlen(*target) : 0;
  char *grown = realloc(*target, held + length + 1);
  if (!grown) return false;
  memcpy(grown + held, text, length);
  grown[held + length] = 0;
  *target = grown;
  return true;
}

// ---- headers of the request ----

static http_header **find(esp_http_client_handle_t client, const char *key) {
  http_header **link = &client->headers;
  while (*link && strcasecmp((*link)->key, key) != 0) link = &(*link)->next;
  return link;
}
static void trim(char *text) {
  size_t from = strspn(text, " \t\r\n"), to = strlen(text);
  while (to > from && strchr(" \t\r\n", text[to - 1])) to--;
  memmove(text, text + from, to - from);
  text[to - from] = 0;
}
esp_err_t esp_http_client_set_header(esp_http_client_handle_t client, const char *key, const char *value) {
  if (!client || !key) return ESP_ERR_INVALID_ARG;
  if (!value) return esp_http_client_delete_header(client, key);
  http_header **link = find(client, key), *h = *link;
  if (!h) {
    h = calloc(1, sizeof *h);
    if (!h || !http_set_string(&h->key, key, -1) || !http_set_string(&h->value, value, -1)) {
      if (h) free(h->key);
      free(h);
      return ESP_ERR_NO_MEM;
    }
    trim(h->key);
    *link = h;
  } else if (!http_set_string(&h->value, value, -1)) {
    return ESP_ERR_NO_MEM;
  }
  trim(h->value);
  return ESP_OK;
}
esp_err_t esp_http_client_get_header(esp_http_client_handle_t client, const char *key, char **value) {
  if (!client || !key) return ESP_ERR_INVALID_ARG;
  http_header *h = *find(client, key);
  *value = h ? h->value : NULL;
  return ESP_OK;
}
esp_err_t esp_http_client_delete_header(esp_http_client_handle_t client, const char *key) {
  if (!client || !key) return ESP_ERR_INVALID_ARG;
  http_header **link = find(client, key), *h = *link;
  if (!h) return ESP_ERR_NOT_FOUND;
  *link = h->next;
  free(h->key);
  free(h->value);
  free(h);
  return ESP_OK;
}
esp_err_t esp_http_client_delete_all_headers(esp_http_client_handle_t client) {
  if (!client) return ESP_ERR_INVALID_ARG;
  while (client->headers) esp_http_client_delete_header(client, client->headers->key);
  return ESP_OK;
}

// ---- life ----

static bool set_host_header(esp_http_client_handle_t client) {
  char host[300];
  bool plain = client->port == HTTP_PORT || client->port == HTTPS_PORT;
  snprintf(host, sizeof host, plain ? "%s" : "%s:%d", client->host, client->port);
  return esp_http_client_set_header(client, "Host", host) == ESP_OK;
}

static bool copy_texts(esp_http_client_handle_t client, const esp_http_client_config_t *config) {
  bool ssl = config->transport_type == HTTP_TRANSPORT_OVER_SSL;
  return http_set_string(&client->path, config->path ? config->path : "/", -1) &&
         (!config->host || http_set_string(&client->host, config->host, -1)) &&
         (!config->query || http_set_string(&client->query, config->query, -1)) &&
         (!config->username || http_set_string(&client->username, config->username, -1)) &&
         (!config->password || http_set_string(&client->password, config->password, -1)) &&
         http_set_string(&client->scheme, ssl ? "https" : "http", -1);
}

static void copy_numbers(esp_http_client_handle_t client, const esp_http_client_config_t *config) {
  client->state = STATE_INIT;
  client->event.client = client;
  client->handler = config->event_handler;
  client->user_data = config->user_data;
  client->method = config->method;
  client->auth_type = config->auth_type;
  client->timeout_ms = config->timeout_ms ? config->timeout_ms : DEFAULT_TIMEOUT_MS;
  client->max_redirects = config->max_redirection_count ? config->max_redirection_count : DEFAULT_REDIRECTS;
  client->max_auth_retries = config->max_authorization_retries == -1  ? 0
                             : config->max_authorization_retries == 0 ? DEFAULT_REDIRECTS
                                                                      : config->max_authorization_retries;
  client->disable_auto_redirect = config->disable_auto_redirect;
  client->rx_size = config->buffer_size ? config->buffer_size : DEFAULT_HTTP_BUF_SIZE;
  client->tx_size = config->buffer_size_tx ? config->buffer_size_tx : DEFAULT_HTTP_BUF_SIZE;
  client->keep_early_body = true;
  client->tls = (transport_tls){.ca_pem = config->cert_pem,
                                .bundle = config->crt_bundle_attach != NULL,
                                .global_store = config->use_global_ca_store,
                                .skip_name = config->skip_cert_common_name_check,
                                .common_name = config->common_name};
  bool ssl = config->transport_type == HTTP_TRANSPORT_OVER_SSL;
  client->port = config->port ? config->port : ssl ? HTTPS_PORT : HTTP_PORT;
}

esp_http_client_handle_t esp_http_client_init(const esp_http_client_config_t *config) {
  if (!config) return NULL;
  if (config->is_async) {
    ESP_LOGE(TAG, "is_async is not simulated");
    return NULL;
  }
  esp_http_client_handle_t client = calloc(1, sizeof *client);
  if (!client) {
    ESP_LOGE(TAG, "Error allocate memory");
    return NULL;
  }
  copy_numbers(client, config);
  bool ok = copy_texts(client, config) && (client->tx = malloc((size_t)client->tx_size)) &&
            (client->rx = malloc((size_t)client->rx_size));
  if (!ok) ESP_LOGE(TAG, "Allocation failed");
  if (ok && !(config->host && config->path)) {
    if (!config->url) ESP_LOGE(TAG, "config should have either URL or host & path");
    ok = config->url && esp_http_client_set_url(client, config->url) == ESP_OK && client->host;
  }
  const char *agent = config->user_agent ? config->user_agent : "ESP32 HTTP Client/1.0";
  if (ok && esp_http_client_set_header(client, "User-Agent", agent) == ESP_OK && set_host_header(client)) return client;
  esp_http_client_cleanup(client);
  return NULL;
}

esp_err_t esp_http_client_cleanup(esp_http_client_handle_t client) {
  if (!client) return ESP_FAIL;
  esp_http_client_close(client);
  esp_http_client_delete_all_headers(client);
  http_forget_early_body(client);
  char *texts[] = {client->scheme, client->host, client->path, client->query, client->username, client->password,
                   client->tx, client->rx, client->key, client->value, client->location, client->authenticate};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
  free(client);
  return ESP_OK;
}

// ---- URL ----

static esp_err_t take_url(esp_http_client_handle_t client, const char *url, const http_url *parts) {
  const char *text = url;
#define PART(field) text + parts->field.at, (int)parts->field.length
  int old_port = client->port;
  bool new_host = client->host && parts->host.length &&
                  (strlen(client->host) != parts->host.length || strncasecmp(client->host, text + parts->host.at, parts->host.length) != 0);
  if (parts->host.length && !http_set_string(&client->host, PART(host))) return ESP_ERR_NO_MEM;
  if (new_host) {
    // Without its port, as the vendor's client does when a redirect leads elsewhere.
    if (esp_http_client_set_header(client, "Host", client->host) != ESP_OK) return ESP_ERR_NO_MEM;
    http_forget_early_body(client);
    esp_http_client_close(client);
  }
  if (parts->scheme.length) {
    if (!http_set_string(&client->scheme, PART(scheme))) return ESP_ERR_NO_MEM;
    if (strcasecmp(client->scheme, "http") == 0) client->port = HTTP_PORT;
    else if (strcasecmp(client->scheme, "https") == 0) client->port = HTTPS_PORT;
  }
  if (parts->port) client->port = parts->port;
  if (old_port != client->port) {
    http_forget_early_body(client);
    esp_http_client_close(client);
  }
  if (parts->user.length && !http_set_string(&client->username, PART(user))) return ESP_ERR_NO_MEM;
  if (parts->password.length && !http_set_string(&client->password, PART(password))) return ESP_ERR_NO_MEM;
  bool ok = parts->path.length ? http_set_string(&client->path, PART(path)) : http_set_string(&client->path, "/", 1);
  if (!ok) return ESP_ERR_NO_MEM;
  if (parts->query.length) return http_set_string(&client->query, PART(query)) ? ESP_OK : ESP_ERR_NO_MEM;
  free(client->query);
  client->query = NULL;
  return ESP_OK;
#undef PART
}
esp_err_t esp_http_client_set_url(esp_http_client_handle_t client, const char *url) {
  if (!client || !url) return ESP_ERR_INVALID_ARG;
  http_url parts;
  if (!http_url_parse(url, &parts)) {
    ESP_LOGE(TAG, "Error parse url %s", url);
    return ESP_ERR_INVALID_ARG;
  }
  return take_url(client, url, &parts);
}
esp_err_t esp_http_client_get_url(esp_http_client_handle_t client, char *url, const int len) {
  if (!client || !url) return ESP_ERR_INVALID_ARG;
  if (!client->host || !client->scheme || !client->path) return ESP_FAIL;
  snprintf(url, (size_t)len, "%s://%s:%d%s", client->scheme, client->host, client->port, client->path);
  return ESP_OK;
}

// ---- settings and results ----

#define REQUIRE(condition) \
  if (!(condition)) return ESP_ERR_INVALID_ARG
esp_err_t esp_http_client_set_method(esp_http_client_handle_t client, esp_http_client_method_t method) {
  REQUIRE(client);
  client->method = method;
  return ESP_OK;
}
esp_err_t esp_http_client_set_timeout_ms(esp_http_client_handle_t client, int timeout_ms) {
  REQUIRE(client);
  client->timeout_ms = timeout_ms;
  return ESP_OK;
}
esp_err_t esp_http_client_set_username(esp_http_client_handle_t client, const char *username) {
  REQUIRE(client);
  free(client->username);
  client->username = username ? strdup(username) : NULL;
  return ESP_OK;
}
esp_err_t esp_http_client_set_password(esp_http_client_handle_t client, const char *password) {
  REQUIRE(client);
  free(client->password);
  client->password = password ? strdup(password) : NULL;
  return ESP_OK;
}
esp_err_t esp_http_client_get_username(esp_http_client_handle_t client, char **value) {
  REQUIRE(client && value);
  *value = client->username;
  return ESP_OK;
}
esp_err_t esp_http_client_get_password(esp_http_client_handle_t client, char **value) {
  REQUIRE(client && value);
  *value = client->password;
  return ESP_OK;
}
esp_err_t esp_http_client_set_authtype(esp_http_client_handle_t client, esp_http_client_auth_type_t auth_type) {
  REQUIRE(client);
  client->auth_type = auth_type;
  return ESP_OK;
}
esp_err_t esp_http_client_get_user_data(esp_http_client_handle_t client, void **data) {
  REQUIRE(client && data);
  *data = client->user_data;
  return ESP_OK;
}
esp_err_t esp_http_client_set_user_data(esp_http_client_handle_t client, void *data) {
  REQUIRE(client);
  client->user_data = data;
  return ESP_OK;
}
esp_err_t esp_http_client_set_post_field(esp_http_client_handle_t client, const char *data, int len) {
  REQUIRE(client);
  client->post_data = (char *)data;
  client->post_length = data ? len : 0;
  if (!data) return esp_http_client_set_header(client, "Content-Type", NULL);
  char *type = NULL;
  esp_http_client_get_header(client, "Content-Type", &type);
  return type ? ESP_OK : esp_http_client_set_header(client, "Content-Type", "application/x-www-form-urlencoded");
}
int esp_http_client_get_post_field(esp_http_client_handle_t client, char **data) {
  if (!client->post_data) return 0;
  *data = client->post_data;
  return client->post_length;
}
int esp_http_client_get_status_code(esp_http_client_handle_t client) { return client->status; }
int64_t esp_http_client_get_content_length(esp_http_client_handle_t client) { return client->content_length; }
bool esp_http_client_is_chunked_response(esp_http_client_handle_t client) { return client->chunked; }
esp_err_t esp_http_client_get_chunk_length(esp_http_client_handle_t client, int *len) {
  REQUIRE(client && len);
  if (!client->chunked) return ESP_FAIL;
  *len = client->chunk_length;
  return ESP_OK;
}
bool esp_http_client_is_complete_data_received(esp_http_client_handle_t client) {
  return client->chunked ? client->complete : client->processed == client->content_length;
}
esp_http_client_transport_t esp_http_client_get_transport_type(esp_http_client_handle_t client) {
  if (strcasecmp(client->scheme, "https") == 0) return HTTP_TRANSPORT_OVER_SSL;
  return strcasecmp(client->scheme, "http") == 0 ? HTTP_TRANSPORT_OVER_TCP : HTTP_TRANSPORT_UNKNOWN;
}
int esp_http_client_get_errno(esp_http_client_handle_t client) { return client ? transport_take_errno(&client->io) : -1; }
esp_err_t esp_tls_get_and_clear_last_error(esp_tls_error_handle_t h, int *code, int *flags) {
  if (!h) return ESP_ERR_INVALID_STATE;
  esp_tls_last_error_t last = *h;
  if (code) *code = last.esp_tls_error_code;
  if (flags) *flags = last.esp_tls_flags;
  *h = (esp_tls_last_error_t){0};
  return last.last_error;
}
esp_err_t esp_http_client_get_and_clear_last_tls_error(esp_http_client_handle_t client, int *code, int *flags) {
  if (!client) return ESP_FAIL;
  return esp_tls_get_and_clear_last_error(&client->io.error, code, flags);
}
esp_err_t esp_http_client_reset_redirect_counter(esp_http_client_handle_t client) {
  REQUIRE(client);
  client->redirects = 0;
  return ESP_OK;
}
