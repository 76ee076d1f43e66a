#include "ota_jwt.h"

#include "ota_json.h"
#include <string.h>

#define DAY_S INT64_C(86400)

static int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/** Behind a run of base64url digits; NULL where there is none. */
static const char *part(const char *at) {
    const char *from = at;
    while (sextet(*at) >= 0) at++;
    return at == from ? NULL : at;
}

bool ota_jwt_valid(const char *token) {
    for (int i = 0; i < 3; i++) {
        token = part(token);
        if (token == NULL || *token != (i < 2 ? '.' : '\0')) return false;
        token++;
    }
    return true;
}

bool ota_jwt_sendable(const char *token) {
    const char *at = token;
    while (sextet(*at) >= 0 || (*at != '\0' && strchr(".~+/", *at) != NULL)) at++;
    return at > token && strspn(at, "=") == strlen(at);
}

static void take(void *ctx, const ota_json_member_t *member) {
    ota_jwt_times_t *times = ctx;
    uint64_t s;
    if (!ota_json_uint(member, INT64_MAX / 1000, &s)) return;
    if (strcmp(member->key, "exp") == 0) times->expires_s = (int64_t)s;
    if (strcmp(member->key, "iat") == 0) times->issued_s = (int64_t)s;
}

bool ota_jwt_times(const char *token, ota_jwt_times_t *times) {
    char value[24];
    ota_json_t json;
    uint32_t bits = 0;
    int have = 0;
    memset(times, 0, sizeof *times);
    if (!ota_jwt_valid(token)) return false;
    ota_json_start(&json, value, sizeof value, take, times);
    for (const char *at = strchr(token, '.') + 1; *at != '.'; at++) {
        bits = bits << 6 | (uint32_t)sextet(*at);
        have += 6;
        if (have < 8) continue;
        have -= 8;
        const uint8_t byte = (uint8_t)(bits >> have);
        if (!ota_json_feed(&json, &byte, 1)) break;
    }
    if (ota_json_done(&json)) return true;
    memset(times, 0, sizeof *times);
    return false;
}

bool ota_jwt_due(const ota_jwt_times_t *times, int64_t now_s) {
    if (now_s <= 0 || times->expires_s == 0) return false;
    int64_t margin = 7 * DAY_S;
    const int64_t life = times->expires_s - times->issued_s;
    if (times->issued_s > 0 && life > 0 && life / 4 < margin) margin = life / 4;
    return now_s >= times->expires_s - margin && now_s <= times->expires_s + 30 * DAY_S;
}
