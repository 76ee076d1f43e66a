#include "http_transport.h"
#include <errno.h>
#include <string.h>
#include "esp_log.h"
#include "esp_tls.h"
#include "hal_internal.h"
#include "host.h"

static const char *TAG = "esp-tls";
enum { WRITE_POLL_US = 10000 };

static bool is_address(const char *host) { return host[strspn(host, "0123456789.")] == 0; }

static esp_err_t dial_error(transport *t, int result, const char *host) {
  if (result == -2) return ESP_ERR_ESP_TLS_CONNECTION_TIMEOUT;
  if (result == -4 || (result == -3 && !is_address(host))) {
    ESP_LOGE(TAG, "couldn't get hostname for :%s: getaddrinfo() returns 202, addrinfo=0x0", host);
    return ESP_ERR_ESP_TLS_CANNOT_RESOLVE_HOSTNAME;
  }
  t->sock_errno = result == -3 ? EHOSTUNREACH : ECONNRESET;
  return ESP_ERR_ESP_TLS_FAILED_CONNECT_TO_HOST;
}

// A CA in PEM names its authority in a line of text; anything that is not PEM cannot be parsed.
static esp_err_t handshake(transport *t, const char *host, int timeout_ms, const transport_tls *tls) {
  bool parsed = !tls->ca_pem || strstr(tls->ca_pem, "-----BEGIN CERTIFICATE-----");
  if (!tls->ca_pem && !tls->bundle && !tls->global_store) {
    ESP_LOGE("esp-tls-mbedtls", "No server verification option set in esp_tls_cfg_t structure. Check esp_tls API reference");
    return ESP_ERR_MBEDTLS_SSL_SETUP_FAILED;
  }
  if (!parsed) {
    t->error.esp_tls_error_code = 0x2180; // MBEDTLS_ERR_X509_INVALID_FORMAT
    return ESP_ERR_MBEDTLS_X509_CRT_PARSE_FAILED;
  }
  const char *name = tls->skip_name ? "" : tls->common_name ? tls->common_name : host;
  const char *ca = tls->ca_pem ? tls->ca_pem : "";
  int result = host_tls_handshake(t->fd, name, strlen(name), ca, strlen(ca), hal_wall_clock_us() / 1e6, timeout_ms * 1000.0);
  if (result == 0) return ESP_OK;
  if (result > 0) {
    t->error.esp_tls_error_code = 0x2700; // MBEDTLS_ERR_X509_CERT_VERIFY_FAILED
    t->error.esp_tls_flags = result;
    ESP_LOGE("esp-tls-mbedtls", "mbedtls_ssl_handshake returned -0x2700");
    ESP_LOGI("esp-tls-mbedtls", "Failed to verify peer certificate!");
    return ESP_ERR_MBEDTLS_SSL_HANDSHAKE_FAILED;
  }
  t->error.esp_tls_error_code = result == -1 ? 0x7280 : 0x7200; // connection closed; a peer that does not speak TLS
  return result == -2 ? ESP_ERR_ESP_TLS_SERVER_HANDSHAKE_TIMEOUT : ESP_ERR_MBEDTLS_SSL_HANDSHAKE_FAILED;
}

esp_err_t transport_connect(transport *t, const char *host, int port, int timeout_ms, const transport_tls *tls) {
  *t = (transport){0};
  int fd = host_tcp_connect(host, strlen(host), port, timeout_ms * 1000.0);
  if (fd <= 0) return t->error.last_error = dial_error(t, fd, host);
  t->fd = fd;
  if (!tls) return ESP_OK;
  esp_err_t err = handshake(t, host, timeout_ms, tls);
  if (err == ESP_OK) return ESP_OK;
  ESP_LOGE(TAG, "Failed to open new connection");
  transport_close(t);
  return t->error.last_error = err;
}

int transport_read(transport *t, char *out, int capacity, int timeout_ms) {
  if (t->fd <= 0) return TRANSPORT_FAILED;
  int ready = host_tcp_wait(t->fd, timeout_ms < 0 ? 1e15 : timeout_ms * 1000.0);
  if (ready == 0) return TRANSPORT_TIMEOUT;
  int n = ready < 0 ? -1 : host_tcp_read(t->fd, out, (uint32_t)capacity);
  if (n > 0) return n;
  if (n == 0) return TRANSPORT_TIMEOUT;
  if (host_tcp_reset(t->fd)) {
    t->sock_errno = errno = ECONNRESET;
    t->error.last_error = ESP_ERR_ESP_TLS_FAILED_CONNECT_TO_HOST;
    return TRANSPORT_FAILED;
  }
  t->sock_errno = ENOTCONN; // a clean end
  t->error.last_error = ESP_ERR_ESP_TLS_TCP_CLOSED_FIN;
  return TRANSPORT_FIN;
}

int transport_write(transport *t, const char *data, int length, int timeout_ms) {
  if (t->fd <= 0) return -1;
  double end = host_micros() + timeout_ms * 1000.0;
  for (;;) {
    int n = host_tcp_write(t->fd, data, (uint32_t)length);
    if (n > 0) return n;
    if (n < 0) {
      t->sock_errno = errno = host_tcp_reset(t->fd) ? ECONNRESET : ENOTCONN;
      return -1;
    }
    if (host_micros() >= end) return 0;
    host_delay(WRITE_POLL_US);
  }
}

void transport_close(transport *t) {
  if (t->fd > 0) host_tcp_close(t->fd);
  t->fd = 0;
}

int transport_take_errno(transport *t) {
  int number = t->sock_errno;
  t->sock_errno = 0;
  return number;
}
