// The HTTP client on the wire: connect, request, headers, body; the states, answers and quirks of ESP-IDF 5.5's client.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "esp_http_client_internal.h"
#include "esp_log.h"
#include "mbedtls/base64.h"

static const char *TAG = "HTTP_CLIENT";
static const char *const METHODS[] = {"GET",     "POST", "PUT",  "PATCH",  "DELETE",   "HEAD",      "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE",
                                      "OPTIONS", "COPY", "MOVE", "LOCK",   "UNLOCK",   "PROPFIND",  "PROPPATCH", "MKCOL",  "REPORT"};

// ---- the request ----

static esp_err_t basic_auth(esp_http_client_handle_t client) {
  char pair[256], line[384] = "Basic ";
  int length = snprintf(pair, sizeof pair, "%s:%s", client->username, client->password ? client->password : "");
  if (length < 0 || length >= (int)sizeof pair) return ESP_FAIL;
  size_t written;
  if (mbedtls_base64_encode((unsigned char *)line + 6, sizeof line - 6, &written, (const unsigned char *)pair, (size_t)length)) return ESP_FAIL;
  return esp_http_client_set_header(client, "Authorization", line);
}

static esp_err_t prepare(esp_http_client_handle_t client) {
  client->again = false;
  client->processed = 0;
  free(client->location);
  free(client->authenticate);
  client->location = client->authenticate = NULL;
  http_forget_early_body(client);
  http_response_start(&client->parser, &http_client_events, client);
  return client->username && client->auth_type == HTTP_AUTH_TYPE_BASIC ? basic_auth(client) : ESP_OK;
}

static esp_err_t connect_client(esp_http_client_handle_t client) {
  esp_err_t err = prepare(client);
  if (err != ESP_OK) {
    esp_http_client_close(client);
    return err;
  }
  if (client->state >= STATE_CONNECTED) return ESP_OK;
  esp_http_client_transport_t kind = esp_http_client_get_transport_type(client);
  if (kind == HTTP_TRANSPORT_UNKNOWN) {
    ESP_LOGE(TAG, "No transport found");
    return ESP_ERR_HTTP_INVALID_TRANSPORT;
  }
  err = transport_connect(&client->io, client->host, client->port, client->timeout_ms,
                          kind == HTTP_TRANSPORT_OVER_SSL ? &client->tls : NULL);
  if (err != ESP_OK) {
    ESP_LOGE(TAG, "Connection failed, sock < 0");
    return ESP_ERR_HTTP_CONNECT;
  }
  client->state = STATE_CONNECTED;
  http_tell(client, HTTP_EVENT_ON_CONNECTED, NULL);
  return ESP_OK;
}

static bool write_all(esp_http_client_handle_t client, const char *data, int length) {
  while (length > 0) {
    int n = transport_write(&client->io, data, length, client->timeout_ms);
    if (n <= 0) return false;
    data += n;
    length -= n;
  }
  return true;
}

// The first line; -1: it does not fit into the transmit buffer.
static int first_line(esp_http_client_handle_t client, int write_len) {
  bool length_required = client->method != HTTP_METHOD_GET && client->method != HTTP_METHOD_HEAD && client->method != HTTP_METHOD_DELETE;
  if (write_len < 0) {
    esp_http_client_set_header(client, "Transfer-Encoding", "chunked");
  } else if (write_len > 0 || length_required) {
    char text[12];
    snprintf(text, sizeof text, "%d", write_len);
    esp_http_client_set_header(client, "Content-Length", text);
  } else {
    esp_http_client_delete_header(client, "Content-Length");
  }
  int n = snprintf(client->tx, (size_t)client->tx_size, "%s %s%s%s HTTP/1.1\r\n", METHODS[client->method], client->path,
                   client->query ? "?" : "", client->query ? client->query : "");
  if (n < client->tx_size) return n;
  ESP_LOGE(TAG, "Out of buffer");
  return -1;
}

// A header line goes out in the buffer together with those that fit beside it. One that fits into no buffer ends the headers, as it
// does in the vendor's client: the server then waits for the rest.
static esp_err_t send_request(esp_http_client_handle_t client, int write_len) {
  int held = first_line(client, write_len);
  if (held < 0) return ESP_FAIL;
  bool fits = true;
  for (http_header *h = client->headers; h && fits; h = h->next) {
    int need = (int)(strlen(h->key) + strlen(h->value) + 4);
    if (held + need + 3 > client->tx_size) {
      ESP_LOGE(TAG, "Buffer length is small to fit all the headers");
      if (!write_all(client, client->tx, held)) goto failed;
      held = 0;
      fits = need + 3 <= client->tx_size;
    }
    if (fits) held += snprintf(client->tx + held, (size_t)(client->tx_size - held), "%s: %s\r\n", h->key, h->value);
  }
  if (fits) {
    memcpy(client->tx + held, "\r\n", 2);
    held += 2;
  }
  if (held && !write_all(client, client->tx, held)) goto failed;
  client->state = STATE_HEADERS_SENT;
  http_tell(client, HTTP_EVENT_HEADERS_SENT, NULL);
  return ESP_OK;
failed:
  ESP_LOGE(TAG, "Error write request");
  esp_http_client_close(client);
  return ESP_ERR_HTTP_WRITE_DATA;
}

esp_err_t esp_http_client_open(esp_http_client_handle_t client, int write_len) {
  client->post_length = write_len;
  esp_err_t err = connect_client(client);
  if (err == ESP_OK) err = send_request(client, write_len);
  return err == ESP_OK ? ESP_OK : http_tell_error(client, err);
}

int esp_http_client_write(esp_http_client_handle_t client, const char *data, int length) {
  if (client->state < STATE_HEADERS_SENT) return ESP_FAIL;
  int sent = 0;
  while (length > 0) {
    int n = transport_write(&client->io, data + sent, length, client->timeout_ms);
    if (n <= 0) return n;
    sent += n;
    length -= n;
  }
  return sent;
}

esp_err_t esp_http_client_close(esp_http_client_handle_t client) {
  if (client->state < STATE_INIT) return ESP_OK;
  http_tell(client, HTTP_EVENT_DISCONNECTED, &client->io.error);
  client->state = STATE_INIT;
  transport_close(&client->io);
  return ESP_OK;
}
esp_err_t esp_http_client_cancel_request(esp_http_client_handle_t client) {
  if (!client) return ESP_ERR_INVALID_ARG;
  if (client->state < STATE_CONNECTED) return ESP_ERR_INVALID_STATE;
  transport_close(&client->io);
  client->state = STATE_INIT;
  if (connect_client(client) != ESP_OK) return ESP_FAIL;
  client->processed = client->content_length;
  return ESP_OK;
}

// ---- the response ----

int64_t esp_http_client_fetch_headers(esp_http_client_handle_t client) {
  if (client->state < STATE_HEADERS_SENT) return ESP_FAIL;
  client->state = STATE_REQUEST_SENT;
  client->status = -1;
  while (client->state < STATE_HEADERS_READ) {
    errno = 0;
    int n = transport_read(&client->io, client->rx, client->rx_size, client->timeout_ms);
    if (n == TRANSPORT_TIMEOUT) {
      ESP_LOGW(TAG, "Connection timed out before data was ready!");
      return -ESP_ERR_HTTP_EAGAIN;
    }
    if (n < 0) return ESP_FAIL;
    http_response_take(&client->parser, client->rx, (size_t)n);
  }
  client->state = STATE_DATA;
  if (client->content_length <= 0) {
    client->chunked = true; // or it ends with the connection; or there is nothing
    return 0;
  }
  return client->content_length;
}

static int read_early(esp_http_client_handle_t client, char *buffer, int length) {
  size_t left = client->early_length - client->early_at;
  size_t n = left < (size_t)length ? left : (size_t)length;
  if (n == 0) return 0;
  memcpy(buffer, client->early + client->early_at, n);
  client->early_at += n;
  if (client->early_at == client->early_length) http_forget_early_body(client);
  return (int)n;
}

static bool more_to_come(esp_http_client_handle_t client) {
  return client->chunked ? !client->complete : client->processed < client->content_length;
}

static int read_ended(esp_http_client_handle_t client, int n, int got) {
  esp_log_level_t level = ESP_LOG_WARN;
  if (n == TRANSPORT_FIN && client->chunked) {
    http_response_take(&client->parser, client->rx, 0); // a body that ends with the connection
    level = ESP_LOG_DEBUG;
  }
  if (errno != 0) ESP_LOG_LEVEL_LOCAL(level, TAG, "esp_transport_read returned:%d and errno:%d ", n, errno);
  if (n == TRANSPORT_TIMEOUT) return got ? got : -ESP_ERR_HTTP_EAGAIN;
  if (n != TRANSPORT_FIN) ESP_LOGE(TAG, "transport_read: error - %d | ESP_ERR_TCP_TRANSPORT_CONNECTION_FAILED", 0xe003);
  if (got == 0 && !esp_http_client_is_complete_data_received(client)) return http_tell_error(client, ESP_FAIL);
  return got;
}

int esp_http_client_read(esp_http_client_handle_t client, char *buffer, int length) {
  int got = read_early(client, buffer, length);
  while (got < length && more_to_come(client)) {
    int want = length - got < client->rx_size ? length - got : client->rx_size;
    errno = 0;
    int n = transport_read(&client->io, client->rx, want, client->timeout_ms);
    if (n <= 0) return read_ended(client, n, got);
    client->out = buffer + got;
    client->out_length = 0;
    http_response_take(&client->parser, client->rx, (size_t)n);
    got += (int)client->out_length;
    client->out = NULL;
  }
  return got;
}
int esp_http_client_read_response(esp_http_client_handle_t client, char *buffer, int length) {
  int got = 0;
  while (got < length) {
    int n = esp_http_client_read(client, buffer + got, length - got);
    if (n <= 0) break;
    got += n;
  }
  return got;
}

// Body for the event handler alone.
static int take_data(esp_http_client_handle_t client) {
  if (client->state < STATE_DATA) return ESP_FAIL;
  if (client->method == HTTP_METHOD_HEAD) return 0;
  errno = 0;
  int n = transport_read(&client->io, client->rx, client->rx_size, client->timeout_ms);
  if (n >= 0) http_response_take(&client->parser, client->rx, (size_t)n);
  return n;
}
esp_err_t esp_http_client_flush_response(esp_http_client_handle_t client, int *len) {
  if (!client) return ESP_ERR_INVALID_ARG;
  int got = 0;
  while (!esp_http_client_is_complete_data_received(client)) {
    int n = take_data(client);
    if (n < 0) return ESP_FAIL;
    got += n;
    if (n == 0) break; // the vendor's tries for ever
  }
  if (len) *len = got;
  return ESP_OK;
}

// ---- redirects, authorisation ----

esp_err_t esp_http_client_set_redirection(esp_http_client_handle_t client) {
  if (!client || !client->location) return ESP_ERR_INVALID_ARG;
  esp_err_t err = esp_http_client_set_url(client, client->location);
  if (err != ESP_OK) return err;
  client->redirects++;
  client->again = true;
  return ESP_OK;
}
esp_err_t esp_http_client_set_auth_data(esp_http_client_handle_t client, const char *data, int len) {
  if (!client || !data || len <= 0) return ESP_ERR_INVALID_ARG;
  return http_append_string(&client->authenticate, data, (size_t)len) ? ESP_OK : ESP_ERR_NO_MEM;
}
esp_err_t esp_http_client_add_auth(esp_http_client_handle_t client) {
  if (!client) return ESP_ERR_INVALID_ARG;
  if (client->state != STATE_DATA) return ESP_OK;
  if (client->redirects >= client->max_auth_retries) {
    ESP_LOGE(TAG, "Error, reached max_authorization_retries count=%d", client->redirects);
    return ESP_FAIL;
  }
  if (!client->authenticate) {
    client->auth_type = HTTP_AUTH_TYPE_NONE;
    ESP_LOGW(TAG, "This request requires authentication, but does not provide header information for that");
    return ESP_ERR_NOT_SUPPORTED;
  }
  client->redirects++;
  if (strncasecmp(client->authenticate, "Basic", 5) != 0) {
    client->auth_type = HTTP_AUTH_TYPE_NONE;
    ESP_LOGE(TAG, "This authentication method is not supported: %s", client->authenticate);
    return ESP_ERR_NOT_SUPPORTED;
  }
  client->auth_type = HTTP_AUTH_TYPE_BASIC;
  client->again = true;
  return ESP_OK;
}

static esp_err_t check_status(esp_http_client_handle_t client) {
  int status = client->status;
  if (status / 100 == 2) {
    client->redirects = 0;
    return ESP_OK;
  }
  if (client->redirects >= client->max_redirects) {
    ESP_LOGE(TAG, "Error, reach max_redirection_count count=%d", client->redirects);
    return ESP_ERR_HTTP_MAX_REDIRECT;
  }
  if (status == HttpStatus_Unauthorized) return esp_http_client_add_auth(client);
  if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) return ESP_OK;
  if (client->disable_auto_redirect) http_dispatch(client, HTTP_EVENT_REDIRECT, NULL, 0);
  else if (esp_http_client_set_redirection(client) != ESP_OK) return ESP_FAIL;
  esp_http_client_redirect_event_data_t data = {.client = client, .status_code = status};
  http_publish(HTTP_EVENT_REDIRECT, &data, sizeof data);
  return ESP_OK;
}

// ---- all in one ----

static esp_err_t fetch_for_perform(esp_http_client_handle_t client) {
  client->keep_early_body = false; // the event handler takes the body
  int64_t length = esp_http_client_fetch_headers(client);
  if (length == -ESP_ERR_HTTP_EAGAIN) return ESP_ERR_HTTP_EAGAIN;
  client->keep_early_body = true;
  if (length >= 0) return ESP_OK;
  if (transport_take_errno(&client->io) != ENOTCONN) return http_tell_error(client, ESP_ERR_HTTP_FETCH_HEADER);
  ESP_LOGW(TAG, "Close connection due to FIN received");
  esp_http_client_close(client);
  return http_tell_error(client, ESP_ERR_HTTP_CONNECTION_CLOSED);
}

static esp_err_t send_post(esp_http_client_handle_t client) {
  if (client->post_data && client->post_length > 0) {
    int n = esp_http_client_write(client, client->post_data, client->post_length);
    if (n < 0) return n;
    if (n < client->post_length) return ESP_ERR_HTTP_WRITE_DATA;
  }
  client->state = STATE_REQUEST_SENT;
  return ESP_OK;
}

// One request and its response, from whatever state the last call left.
static esp_err_t perform_once(esp_http_client_handle_t client) {
  esp_err_t err = ESP_OK;
  if (client->state < STATE_CONNECTED) err = connect_client(client);
  if (err == ESP_OK && client->state == STATE_CONNECTED) err = send_request(client, client->post_length);
  if (err == ESP_OK && client->state == STATE_HEADERS_SENT) err = send_post(client);
  if (err != ESP_OK) return http_tell_error(client, err);
  if (client->state == STATE_REQUEST_SENT) err = fetch_for_perform(client);
  if (err != ESP_OK) return err;
  err = check_status(client);
  if (err != ESP_OK) {
    ESP_LOGE(TAG, "Error response");
    return http_tell_error(client, err);
  }
  while (client->state == STATE_DATA && more_to_come(client) && take_data(client) > 0) {
  }
  http_tell(client, HTTP_EVENT_ON_FINISH, NULL);
  http_forget_early_body(client);
  if (!http_response_keeps_alive(&client->parser)) esp_http_client_close(client);
  else if (client->state > STATE_CONNECTED) client->state = STATE_CONNECTED;
  return ESP_OK;
}

esp_err_t esp_http_client_perform(esp_http_client_handle_t client) {
  esp_err_t err;
  do {
    // A kept connection begins a new exchange; one that was asked to go on (EAGAIN) does not.
    if (client->again || client->state == STATE_CONNECTED) prepare(client);
    err = perform_once(client);
  } while (err == ESP_OK && client->again);
  return err;
}
