#include "ota_range.h"

#include "ota_text.h"
#include <string.h>

/** The number up to `end`, which is passed over. */
static bool take_number(const char **at, char end, uint32_t *number) {
    uint64_t n;
    const char *stop = strchr(*at, end);
    if (stop == NULL || !ota_text_number(*at, (size_t)(stop - *at), UINT32_MAX, &n)) return false;
    *number = (uint32_t)n;
    *at = end == '\0' ? stop : stop + 1;
    return true;
}

bool ota_range_parse(const char *content_range, ota_range_t *range) {
    if (!ota_text_begins(content_range, "bytes ")) return false;
    const char *at = content_range + strlen("bytes ");
    if (!take_number(&at, '-', &range->start) || !take_number(&at, '/', &range->end)) return false;
    range->total = 0;
    if (range->end < range->start) return false;
    if (strcmp(at, "*") == 0) return true;
    return take_number(&at, '\0', &range->total) && range->end < range->total;
}

bool ota_range_fits(const ota_range_t *range, uint32_t from, uint32_t size) {
    return range->start == from && range->end == size - 1 && (range->total == size || range->total == 0);
}

bool ota_etag_strong(const char *etag) {
    const size_t len = strlen(etag);
    return len >= 2 && etag[0] == '"' && strcspn(etag + 1, "\"") == len - 2;
}
