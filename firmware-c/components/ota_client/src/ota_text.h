#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Text into fixed buffers. No printf: it costs a kilobyte of stack, and newlib's small form knows no 64-bit numbers. */

typedef struct {
    char *buf;
    size_t size;
    size_t len;
    /** Something did not fit; the text is then cut, and still ends in NUL. */
    bool cut;
} ota_text_t;

/** Starts an empty text; `size` is at least 1. */
void ota_text_start(ota_text_t *text, char *buf, size_t size);
void ota_text_add(ota_text_t *text, const char *part);
void ota_text_add_n(ota_text_t *text, const char *part, size_t len);
void ota_text_add_u64(ota_text_t *text, uint64_t number);
/** With quotes, escaped as JSON wants it. */
void ota_text_add_json(ota_text_t *text, const char *part);

/** False, and nothing copied but a NUL, when it does not fit. */
bool ota_text_copy(char *to, size_t size, const char *from);

/** Cut to fit between characters of UTF-8, control characters as spaces. */
void ota_text_clean(char *to, size_t size, const char *from);

/** Of ASCII only. */
char ota_text_lower(char c);

/** Whether `text` begins with `prefix`, letters of either case. `prefix` is in lower case. */
bool ota_text_begins(const char *text, const char *prefix);

/** A whole number of decimal digits only, at most `max`; false for anything else. */
bool ota_text_number(const char *text, size_t len, uint64_t max, uint64_t *number);

/** 2 * `size` hexadecimal digits, no more and no less. */
bool ota_text_hex(const char *text, uint8_t *bytes, size_t size);
