#include "ota_engine.h"

#include "ota_jwt.h"
#include "ota_text.h"
#include <string.h>

#define TOKEN_KEY "token"

/**
 * Stored: form (4 bytes), fingerprint of the configured token it descends from (8), token with its NUL. So a token that is
 * configured anew wins over what was renewed from another one.
 */
enum { AT_FINGERPRINT = 4, AT_TOKEN = 12 };
static const char FORM[AT_FINGERPRINT + 1] = "OTK1";

/** FNV-1a: only tells tokens apart, protects nothing. */
static void fingerprint(const char *token, char to[8]) {
    uint64_t hash = 0xCBF29CE484222325u;
    for (; *token != '\0'; token++) hash = (hash ^ (unsigned char)*token) * 0x100000001B3u;
    for (int i = 0; i < 8; i++) to[i] = (char)(uint8_t)(hash >> (8 * i));
}

void ota_token_load(ota_core_t *core) {
    const ota_kv_port_t *kv = &core->port->kv;
    char print[8];
    size_t len = 0;
    if (core->config.token == NULL) return;
    (void)ota_text_copy(core->token, sizeof core->token, core->config.token);
    fingerprint(core->config.token, print);
    if (kv->get(kv->ctx, TOKEN_KEY, core->text, sizeof core->text, &len) != OTA_PORT_OK) return;
    if (len <= AT_TOKEN || core->text[len - 1] != '\0' || memcmp(core->text, FORM, AT_FINGERPRINT) != 0) return;
    if (memcmp(core->text + AT_FINGERPRINT, print, sizeof print) != 0 || !ota_jwt_valid(core->text + AT_TOKEN)) return;
    (void)ota_text_copy(core->token, sizeof core->token, core->text + AT_TOKEN);
}

/** Stored before it is used: a token that the device forgot would have to be renewed from one that may have ended. */
static int store(ota_core_t *core, const char *token) {
    const ota_kv_port_t *kv = &core->port->kv;
    const size_t len = strlen(token) + 1;
    memcpy(core->text, FORM, AT_FINGERPRINT);
    fingerprint(core->config.token, core->text + AT_FINGERPRINT);
    memcpy(core->text + AT_TOKEN, token, len);
    return kv->set(kv->ctx, TOKEN_KEY, core->text, AT_TOKEN + len) == OTA_PORT_OK ? OTA_OK : OTA_ERR_STORE;
}

/** The new token waits where the address was: the address is done with once the answer comes. */
static void take(void *ctx, const ota_json_member_t *member) {
    ota_core_t *core = ctx;
    if (strcmp(member->key, "token") != 0) return;
    core->url[0] = '\0';
    if (member->kind != OTA_JSON_STRING || member->cut || !ota_jwt_valid(member->value)) return;
    if (member->len < OTA_TOKEN_SIZE) (void)ota_text_copy(core->url, sizeof core->url, member->value);
}

int ota_token_renew(ota_core_t *core) {
    if (core->token[0] == '\0') return OTA_ERR_AUTH;
    int err = ota_api_post_once(core, "/api/ota/token", false, take, core);
    if (err == OTA_OK && !ota_jwt_valid(core->url)) err = OTA_ERR_ANSWER;
    if (err == OTA_OK) err = store(core, core->url);
    if (err == OTA_OK) (void)ota_text_copy(core->token, sizeof core->token, core->url);
    ota_say(core, err == OTA_OK ? OTA_LOG_INFO : OTA_LOG_WARN, "token renewal: ", ota_err_name(err), NULL);
    return err;
}

void ota_token_tend(ota_core_t *core) {
    ota_jwt_times_t times;
    const int64_t now_s = core->port->clock.wall_s(core->port->clock.ctx);
    if (core->token[0] == '\0' || !ota_jwt_times(core->token, &times)) return;
    if (ota_jwt_due(&times, now_s)) (void)ota_token_renew(core);
}
