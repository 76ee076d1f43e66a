#include "ota_engine.h"

#include "ota_text.h"
#include "ota_url.h"
#include <string.h>

enum {
    HAS_AVAILABLE = 1,
    HAS_ID = 2,
    HAS_VERSION = 4,
    HAS_SIZE = 8,
    HAS_HASH = 16,
    HAS_URL = 32,
    HAS_OFFER = HAS_AVAILABLE | HAS_ID | HAS_VERSION | HAS_SIZE | HAS_HASH | HAS_URL
};

typedef struct {
    ota_update_t *offer;
    uint32_t has;
    bool available;
    int err;
} answer_t;

static bool take_number(const ota_json_member_t *member, uint32_t *to) {
    uint64_t n;
    if (!ota_json_uint(member, UINT32_MAX, &n)) return false;
    *to = (uint32_t)n;
    return true;
}

static bool printable(const char *text) {
    for (; *text != '\0'; text++) {
        if (*text <= ' ' || *text > '~') return false;
    }
    return true;
}

static bool take_text(const ota_json_member_t *member, char *to, size_t size) {
    return member->kind == OTA_JSON_STRING && member->len > 0 && ota_text_copy(to, size, member->value) && printable(to);
}

static bool is(const ota_json_member_t *member, const char *key) { return strcmp(member->key, key) == 0; }

static bool take_flag(const ota_json_member_t *member, bool *flag) {
    *flag = member->kind == OTA_JSON_TRUE;
    return *flag || member->kind == OTA_JSON_FALSE;
}

/** Of a link that is too long the log shall say so: a setting is to be changed, the server is not wrong. */
static bool take_url(answer_t *answer, const ota_json_member_t *member) {
    if (member->cut || member->len >= OTA_URL_SIZE) answer->err = OTA_ERR_TOO_LONG;
    return take_text(member, answer->offer->download_url, OTA_URL_SIZE);
}

/** Which part of an offer a member is, and whether it is sound; 0 for one that the client has no use for. */
static uint32_t take_member(answer_t *answer, const ota_json_member_t *member, bool *sound) {
    ota_update_t *offer = answer->offer;
    *sound = true;
    if (is(member, "update_available")) return *sound = take_flag(member, &answer->available), HAS_AVAILABLE;
    if (is(member, "firmware_id")) return *sound = take_number(member, &offer->firmware_id), HAS_ID;
    if (is(member, "version")) return *sound = take_text(member, offer->version, sizeof offer->version), HAS_VERSION;
    if (is(member, "file_size")) return *sound = take_number(member, &offer->file_size), HAS_SIZE;
    if (is(member, "file_hash")) {
        *sound = member->kind == OTA_JSON_STRING && ota_text_hex(member->value, offer->sha256, sizeof offer->sha256);
        return HAS_HASH;
    }
    if (is(member, "download_url")) return *sound = take_url(answer, member), HAS_URL;
    if (is(member, "build_number")) *sound = take_number(member, &offer->build_number);
    if (is(member, "log_id")) *sound = take_number(member, &offer->log_id);
    if (is(member, "downgrade")) *sound = take_flag(member, &offer->downgrade);
    return 0;
}

/** Everything that is used is checked here; a member that comes twice is a trap. */
static void take(void *ctx, const ota_json_member_t *member) {
    answer_t *answer = ctx;
    bool sound;
    const uint32_t bit = take_member(answer, member, &sound);
    if ((!sound || (answer->has & bit) != 0) && answer->err == OTA_OK) answer->err = OTA_ERR_ANSWER;
    answer->has |= bit;
}

/** {"device_id":7,"device_type":"…","current_version":"…","current_build":3} */
static bool write_question(ota_core_t *core) {
    ota_text_t text;
    ota_text_start(&text, core->body, sizeof core->body);
    ota_text_add(&text, "{\"device_id\":");
    ota_text_add_u64(&text, core->config.device_id);
    ota_text_add(&text, ",\"device_type\":");
    ota_text_add_json(&text, core->config.device_type);
    ota_text_add(&text, ",\"current_version\":");
    ota_text_add_json(&text, core->version);
    if (core->build_known) {
        ota_text_add(&text, ",\"current_build\":");
        ota_text_add_u64(&text, core->build);
    }
    ota_text_add(&text, "}");
    return !text.cut;
}

int ota_check(ota_core_t *core) {
    answer_t answer = {&core->offer, 0, false, OTA_OK};
    memset(&core->offer, 0, sizeof core->offer);
    if (!write_question(core)) return OTA_ERR_CONFIG;
    int err = ota_api_post(core, "/api/ota/check", true, take, &answer);
    if (err == OTA_OK) err = answer.err;
    if (err == OTA_OK && (answer.has & HAS_AVAILABLE) == 0) err = OTA_ERR_ANSWER;
    if (err == OTA_OK && !answer.available) err = OTA_ERR_NO_UPDATE;
    if (err == OTA_OK && (answer.has != HAS_OFFER || !ota_url_valid(core->offer.download_url))) err = OTA_ERR_ANSWER;
    if (err != OTA_OK) memset(&core->offer, 0, sizeof core->offer);
    return err;
}
