#pragma once

#include "esp_err.h"
#include "esp_http_client.h"
#include "http_error.h"
#include "ota_port.h"

/** One request at a time over esp_http_client's streaming form. */
typedef struct {
    const char *ca_pem;
    esp_err_t (*crt_bundle_attach)(void *conf);
    /** NULL between requests. */
    esp_http_client_handle_t client;
    /** Where headers go; NULL once the head has come. */
    ota_http_response_t *response;
    /** esp_timer's microseconds after which a read goes back with what it has. */
    int64_t fill_until_us;
    /** Of the connection that is being opened. */
    ota_tls_failure_t tls;
    bool chunked;
    bool ended;
} ota_esp_http_t;

void ota_esp_http_port(ota_http_port_t *port, ota_esp_http_t *http);
