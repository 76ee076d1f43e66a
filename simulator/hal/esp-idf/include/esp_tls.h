// TLS as policy: who may connect to whom is decided, nothing is encrypted (components/esp-tls/esp_tls.h). Connections are made
// by esp_http_client; sockets of the app's own are not simulated.
#pragma once
#include "esp_err.h"
#include "esp_tls_errors.h"
