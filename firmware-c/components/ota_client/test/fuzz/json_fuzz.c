#include "fuzz.h"
#include "ota_json.h"

typedef struct {
    uint32_t members;
    uint64_t sum;
} tally_t;

static void take(void *ctx, const ota_json_member_t *member) {
    tally_t *tally = ctx;
    if (strlen(member->key) >= OTA_JSON_KEY_SIZE || strlen(member->value) != member->len || member->len > 31) abort();
    tally->members++;
    for (size_t i = 0; i < member->len; i++) tally->sum = tally->sum * 31 + (unsigned char)member->value[i];
}

/** In one piece and byte by byte, the same must come out. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char value[32];
    ota_json_t json;
    tally_t whole = {0, 0};
    tally_t bytes = {0, 0};
    ota_json_start(&json, value, sizeof value, take, &whole);
    const bool good = ota_json_feed(&json, data, size);
    const bool done = ota_json_done(&json);
    if (done && !good) abort();
    ota_json_start(&json, value, sizeof value, take, &bytes);
    for (size_t i = 0; i < size; i++) (void)ota_json_feed(&json, data + i, 1);
    if (ota_json_done(&json) != done || bytes.members != whole.members || bytes.sum != whole.sum) abort();
    return 0;
}
