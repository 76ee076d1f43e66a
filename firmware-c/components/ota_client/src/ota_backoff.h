#pragma once

#include <stdint.h>

/** `base_ms` doubled for each failure after the first, at most `cap_ms`. `failures` is at least 1. */
uint32_t ota_backoff_ms(uint32_t failures, uint32_t base_ms, uint32_t cap_ms);

/**
 * Spreads a wait by `percent` to both sides, so that devices which failed together do not come back together. `chance` is any random
 * number.
 */
uint32_t ota_jitter_ms(uint32_t ms, uint32_t percent, uint32_t chance);

/** The same, to later only: what a Retry-After asks for is the least. */
uint32_t ota_jitter_later_ms(uint32_t ms, uint32_t percent, uint32_t chance);

/** The same, to sooner only: where the wait is the longest there may be. */
uint32_t ota_jitter_sooner_ms(uint32_t ms, uint32_t percent, uint32_t chance);
