#pragma once
#include "esp_app_format.h"
