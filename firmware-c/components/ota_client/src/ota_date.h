#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Unix seconds of an HTTP date in any of its three forms (RFC 9110, 5.6.7); false for anything else. Years 1970 to 9999. */
bool ota_date_parse(const char *text, int64_t *unix_s);

/**
 * Milliseconds that a Retry-After (RFC 9110, 10.2.3) asks to wait, at most `cap_s` seconds. A date counts from the answer's own
 * Date where there is one, so that it holds on a device whose clock is not set; else from `wall_s`, 0 when not known. False where
 * the header says nothing that can be understood; a time that is past is 0 ms.
 */
bool ota_retry_after_ms(const char *retry_after, const char *date, int64_t wall_s, uint32_t cap_s, uint32_t *ms);
