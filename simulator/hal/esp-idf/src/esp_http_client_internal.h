// The client behind an esp_http_client_handle_t.
#pragma once
#include "esp_http_client.h"
#include "http_response.h"
#include "http_transport.h"

typedef enum { STATE_INIT = 1, STATE_CONNECTED, STATE_HEADERS_SENT, STATE_REQUEST_SENT, STATE_HEADERS_READ, STATE_DATA } http_state;

typedef struct http_header {
  struct http_header *next;
  char *key, *value;
} http_header;

struct esp_http_client {
  http_state state;
  esp_http_client_event_t event;
  http_event_handle_cb handler;
  void *user_data;
  int timeout_ms, max_redirects, max_auth_retries, redirects;
  bool disable_auto_redirect, again;
  // the request
  char *scheme, *host, *path, *query, *username, *password;
  int port;
  esp_http_client_method_t method;
  esp_http_client_auth_type_t auth_type;
  http_header *headers;
  char *post_data;
  int post_length, tx_size, rx_size;
  char *tx, *rx;
  // the connection
  transport io;
  transport_tls tls;
  // the response
  http_response parser;
  char *key, *value, *location, *authenticate;
  int status;
  int64_t content_length, processed;
  bool chunked, complete, keep_early_body;
  int chunk_length;
  char *early; // body that came with the headers, for the next read
  size_t early_length, early_at;
  char *out; // where esp_http_client_read wants the body; NULL: nowhere
  size_t out_length;
};

// Replaces or appends a string; length -1: all of it. false: no memory, and the target keeps what it had.
bool http_set_string(char **target, const char *text, int length);
bool http_append_string(char **target, const char *text, size_t length);
// Empties what the last response left behind.
void http_forget_early_body(esp_http_client_handle_t client);
esp_err_t http_dispatch(esp_http_client_handle_t client, esp_http_client_event_id_t id, void *data, int length);
void http_publish(int32_t id, const void *data, size_t size);
void http_tell(esp_http_client_handle_t client, esp_http_client_event_id_t id, void *data); // both
esp_err_t http_tell_error(esp_http_client_handle_t client, esp_err_t err);                  // answers err
extern const http_response_events http_client_events;
