#pragma once

#include "esp_err.h"
#include "ota_port.h"

/** What esp-tls kept of its last failure; it stands behind plain connections too. */
typedef struct {
    /** ESP_OK: nothing failed. */
    esp_err_t err;
    /** mbedtls' own error, 0 where it was none of its. */
    int code;
    /** Why the certificate was refused: MBEDTLS_X509_BADCERT_*. */
    int flags;
} ota_tls_failure_t;

/** What esp_http_client_open() failed of: no connection, TLS, time or memory. What TLS says is logged with what to do. */
ota_port_result_t ota_http_open_error(esp_err_t err, const ota_tls_failure_t *tls);
