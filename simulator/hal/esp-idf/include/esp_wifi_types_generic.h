// The types are in esp_wifi_types.h.
#pragma once
#include "esp_wifi_types.h"
