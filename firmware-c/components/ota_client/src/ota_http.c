#include "ota_engine.h"

#include "ota_date.h"
#include "ota_text.h"
#include "ota_url.h"
#include <string.h>

static int error_of(ota_port_result_t result) {
    switch (result) {
        case OTA_PORT_OK: return OTA_OK;
        case OTA_PORT_TIMEOUT: return OTA_ERR_TIMEOUT;
        case OTA_PORT_CONNECT: return OTA_ERR_CONNECT;
        case OTA_PORT_TLS: return OTA_ERR_TLS;
        case OTA_PORT_TOO_LONG: return OTA_ERR_TOO_LONG;
        case OTA_PORT_PROTOCOL: return OTA_ERR_PROTOCOL;
        case OTA_PORT_NO_MEMORY: return OTA_ERR_NO_MEMORY;
        default: return OTA_ERR_DROPPED;
    }
}

static bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/** Makes core->url where the answer sends us. HTTPS to HTTP is refused: whoever sits in between would choose the rest. */
static int follow(ota_core_t *core, const ota_ask_t *ask, bool *same_origin) {
    const ota_http_response_t *response = &core->response;
    const bool repeats = response->status == 307 || response->status == 308;
    if (ask->post && !repeats) return OTA_ERR_PORTAL;
    if (response->location_too_long) return OTA_ERR_TOO_LONG;
    if (!ota_url_resolve(core->text, OTA_URL_SIZE, core->url, response->location)) return OTA_ERR_REDIRECT;
    if (ota_url_is_https(core->url) && !ota_url_is_https(core->text)) return OTA_ERR_REDIRECT;
    if (!ota_url_same_origin(core->url, core->text)) *same_origin = false;
    (void)ota_text_copy(core->url, sizeof core->url, core->text);
    return OTA_OK;
}

int ota_http_open(ota_core_t *core, const ota_ask_t *ask) {
    const ota_http_port_t *http = &core->port->http;
    bool same_origin = true;
    for (uint32_t hops = 0;; hops++) {
        const uint32_t left = ota_left_ms(core, ask->end_ms);
        if (left == 0) return OTA_ERR_TIMEOUT;
        const ota_http_request_t request = {
            .method = ask->post ? "POST" : "GET",
            .url = core->url,
            .bearer = ask->with_token && same_origin && core->token[0] != '\0' ? core->token : NULL,
            .body = ask->body,
            .body_len = ask->body == NULL ? 0 : strlen(ask->body),
            .range_from = ask->range_from,
            .if_range = ask->if_range,
            .timeout_ms = left < core->config.request_timeout_ms ? left : core->config.request_timeout_ms,
        };
        memset(&core->response, 0, sizeof core->response);
        core->response.content_length = -1;
        int err = error_of(http->open(http->ctx, &request, &core->response));
        if (err != OTA_OK || !is_redirect(core->response.status)) return err;
        http->close(http->ctx);
        err = hops < core->config.redirect_max ? follow(core, ask, &same_origin) : OTA_ERR_REDIRECT;
        if (err != OTA_OK) return err;
    }
}

int ota_http_read(ota_core_t *core, uint8_t *buf, size_t size, size_t *got, uint64_t end_ms) {
    const ota_http_port_t *http = &core->port->http;
    const uint32_t left = ota_left_ms(core, end_ms);
    const uint32_t stall = core->config.request_timeout_ms;
    *got = 0;
    if (left == 0) return OTA_ERR_TIMEOUT;
    return error_of(http->read(http->ctx, buf, size, got, left < stall ? left : stall));
}

void ota_http_close(ota_core_t *core) { core->port->http.close(core->port->http.ctx); }

int ota_http_refusal(ota_core_t *core) {
    const ota_http_response_t *response = &core->response;
    const int64_t wall_s = core->port->clock.wall_s(core->port->clock.ctx);
    switch (response->status) {
        case 401:
        case 403: return OTA_ERR_AUTH;
        case 511: return OTA_ERR_PORTAL;
        case 429:
        case 503:
            core->asked_wait_ms = 0;
            (void)ota_retry_after_ms(response->retry_after, response->date, wall_s, core->config.retry_after_cap_s,
                                     &core->asked_wait_ms);
            return OTA_ERR_BUSY;
        default: return OTA_ERR_HTTP_STATUS;
    }
}

bool ota_http_is_page(const ota_http_response_t *response) {
    return ota_text_begins(response->content_type, "text/html") ||
           ota_text_begins(response->content_type, "application/xhtml");
}
