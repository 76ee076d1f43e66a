// The bundle of root certificates (components/mbedtls/esp_crt_bundle): it knows every public authority, none of a scenario's own.
#pragma once
#include "esp_err.h"
#ifdef __cplusplus
extern "C" {
#endif
esp_err_t esp_crt_bundle_attach(void *conf);
void esp_crt_bundle_detach(void *conf);
#ifdef __cplusplus
}
#endif
