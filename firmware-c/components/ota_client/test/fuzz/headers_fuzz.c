#include "fuzz.h"
#include "ota_date.h"
#include "ota_range.h"
#include "ota_text.h"

/** What a server writes into Date, Retry-After, Content-Range and ETag. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    int64_t s;
    uint32_t ms;
    uint64_t number;
    uint8_t hash[32];
    ota_range_t range;
    if (ota_date_parse(text, &s) && (s < 0 || s > 253402300800)) abort();
    if (ota_retry_after_ms(text, text, 1700000000, 3600, &ms) && ms > 3600000) abort();
    if (ota_range_parse(text, &range) && (range.end < range.start || (range.total != 0 && range.end >= range.total))) abort();
    if (ota_etag_strong(text) && strlen(text) < 2) abort();
    (void)ota_text_hex(text, hash, sizeof hash);
    if (ota_text_number(text, strlen(text), 1000, &number) && number > 1000) abort();
    free(text);
    return 0;
}
