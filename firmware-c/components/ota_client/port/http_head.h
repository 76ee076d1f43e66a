#pragma once

#include "ota_port.h"

/** Keeps a header that the core asks for; names are matched without regard to case, other headers are passed over. */
void ota_http_head_take(ota_http_response_t *response, const char *name, const char *value);
