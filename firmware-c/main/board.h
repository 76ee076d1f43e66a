#pragma once

#include "esp_err.h"

/** What must be switched on before the network can start. */
esp_err_t board_start(void);
