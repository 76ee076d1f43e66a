// The connection below esp_http_client: TCP, or TLS as policy (see simulator/net/README.md). Answers as those of ESP-IDF's tcp_transport.
#pragma once
#include <stdbool.h>
#include "esp_err.h"
#include "esp_tls_errors.h"

enum { TRANSPORT_FAILED = -2, TRANSPORT_FIN = -1, TRANSPORT_TIMEOUT = 0 };

// What a client may check a server's certificate against.
typedef struct {
  const char *ca_pem;      // NULL: none
  bool bundle, global_store, skip_name;
  const char *common_name; // NULL: the host
} transport_tls;

typedef struct {
  int fd; // 0: not connected
  int sock_errno;
  esp_tls_last_error_t error; // ESP_ERR_ESP_TLS_…, ESP_ERR_MBEDTLS_…; what Mbed TLS says; flags of the certificate
} transport;

// ESP_OK, or what esp-tls would say. tls NULL: plain TCP.
esp_err_t transport_connect(transport *t, const char *host, int port, int timeout_ms, const transport_tls *tls);
int transport_read(transport *t, char *out, int capacity, int timeout_ms);         // bytes, or TRANSPORT_…
int transport_write(transport *t, const char *data, int length, int timeout_ms);   // bytes; 0 timed out; -1 failed
void transport_close(transport *t);
int transport_take_errno(transport *t);
