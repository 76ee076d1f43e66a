#pragma once

#include "esp_http_client.h"
#include "ota_port.h"

/** What esp_http_client_open() failed of: no connection, TLS, time or memory. Logs it with what to do. */
ota_port_result_t ota_http_open_error(esp_http_client_handle_t client, esp_err_t err);
