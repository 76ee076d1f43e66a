#pragma once

#include <stdint.h>

/** Asks the time server of Kconfig, and again every hour; waits for the first answer at most timeout_ms. */
void device_clock_start(uint32_t timeout_ms);
