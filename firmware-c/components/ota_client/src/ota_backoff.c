#include "ota_backoff.h"

uint32_t ota_backoff_ms(uint32_t failures, uint32_t base_ms, uint32_t cap_ms) {
    uint64_t ms = base_ms;
    for (uint32_t i = 1; i < failures && ms < cap_ms; i++) ms *= 2;
    return ms < cap_ms ? (uint32_t)ms : cap_ms;
}

static uint32_t clip(uint64_t ms) { return ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms; }

uint32_t ota_jitter_ms(uint32_t ms, uint32_t percent, uint32_t chance) {
    if (percent > 100) percent = 100;
    const uint64_t spread = (uint64_t)ms * percent / 100;
    return clip(ms - spread + chance % (2 * spread + 1));
}

uint32_t ota_jitter_later_ms(uint32_t ms, uint32_t percent, uint32_t chance) {
    if (percent > 100) percent = 100;
    return clip(ms + chance % ((uint64_t)ms * percent / 100 + 1));
}

uint32_t ota_jitter_sooner_ms(uint32_t ms, uint32_t percent, uint32_t chance) {
    if (percent > 100) percent = 100;
    return (uint32_t)(ms - chance % ((uint64_t)ms * percent / 100 + 1));
}
