#pragma once

#include <stdbool.h>
#include <stdint.h>

/** "bytes START-END/TOTAL" of a 206 (RFC 9110, 14.4). */
typedef struct {
    uint32_t start;
    /** Of the last byte, as sent. */
    uint32_t end;
    /** 0 where the server does not know it ("*"). */
    uint32_t total;
} ota_range_t;

/** False for anything but one satisfied range with start <= end < total. */
bool ota_range_parse(const char *content_range, ota_range_t *range);

/** Whether the range is what was asked for: all that is missing of a file of `size` bytes, from `from` on. */
bool ota_range_fits(const ota_range_t *range, uint32_t from, uint32_t size);

/** Whether If-Range may name it: quoted and not weak (RFC 9110, 13.1.5). */
bool ota_etag_strong(const char *etag);
