// Time since this boot.
#pragma once
#include <esp_timer.h>

#include "core/Types.h"

namespace meshswarm {

inline Millis nowMs() { return static_cast<Millis>(esp_timer_get_time() / 1000); }

}  // namespace meshswarm
