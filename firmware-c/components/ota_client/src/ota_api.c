#include "ota_engine.h"

#include "ota_text.h"
#include "ota_url.h"

/** Most that an answer may have: an offer's description is bounded by the server to far less. */
#define ANSWER_MAX 65536u

/** The answer's members; what is no JSON is somebody else's answer. */
static int read_answer(ota_core_t *core, uint64_t end_ms, ota_json_take_t take, void *ctx) {
    uint8_t part[128];
    ota_json_t json;
    size_t got;
    size_t total = 0;
    ota_json_start(&json, core->text, sizeof core->text, take, ctx);
    for (;;) {
        const int err = ota_http_read(core, part, sizeof part, &got, end_ms);
        if (err != OTA_OK) return err;
        if (got == 0) break;
        total += got;
        if (total > ANSWER_MAX) return OTA_ERR_TOO_LONG;
        if (!ota_json_feed(&json, part, got)) return total == got && part[0] == '<' ? OTA_ERR_PORTAL : OTA_ERR_ANSWER;
    }
    return ota_json_done(&json) ? OTA_OK : OTA_ERR_ANSWER;
}

int ota_api_post_once(ota_core_t *core, const char *path, bool with_body, ota_json_take_t take, void *ctx) {
    // Twice the stall: an answer that drips must end too, and it is short.
    const uint64_t now = core->port->clock.now_ms(core->port->clock.ctx);
    const ota_ask_t ask = {
        .post = true,
        .body = with_body ? core->body : NULL,
        .with_token = true,
        .end_ms = now + 2ull * core->config.request_timeout_ms,
    };
    if (!ota_url_join(core->url, sizeof core->url, core->config.server_url, path)) return OTA_ERR_TOO_LONG;
    int err = ota_http_open(core, &ask);
    if (err != OTA_OK) return err;
    if (core->response.status != 200) err = ota_http_refusal(core);
    else if (ota_http_is_page(&core->response)) err = OTA_ERR_PORTAL;
    else err = read_answer(core, ask.end_ms, take, ctx);
    ota_http_close(core);
    return err;
}

int ota_api_post(ota_core_t *core, const char *path, bool with_body, ota_json_take_t take, void *ctx) {
    const int err = ota_api_post_once(core, path, with_body, take, ctx);
    if (err != OTA_ERR_AUTH || core->response.status != 401) return err;
    if (ota_token_renew(core) != OTA_OK) {
        core->response.status = 401; // the answer to this request, whatever the renewal was told
        return err;
    }
    return ota_api_post_once(core, path, with_body, take, ctx);
}
