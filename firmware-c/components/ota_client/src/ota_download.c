#include "ota_stream.h"

#include "ota_range.h"
#include "ota_text.h"
#include <string.h>

/** Progress after which a connection counts as one that works. */
#define PROGRESS_BYTES OTA_SECTOR_SIZE

static uint32_t have(const ota_stream_t *stream) { return stream->offset + stream->fill; }

/** Whether asking again soon may help: the others are a matter for the next check, or for people. */
static bool worth_retrying(const ota_core_t *core, int err) {
    switch (err) {
        case OTA_ERR_CONNECT:
        case OTA_ERR_TIMEOUT:
        case OTA_ERR_DROPPED:
        case OTA_ERR_PROTOCOL:
        case OTA_ERR_BUSY:
        case OTA_ERR_NO_MEMORY: return true;
        case OTA_ERR_HTTP_STATUS: return core->response.status >= 500 || core->response.status == 408;
        default: return false;
    }
}

/** What a proxy packed would be written as it is. */
static bool is_encoded(const ota_http_response_t *response) {
    return response->content_encoding[0] != '\0' && !ota_text_begins(response->content_encoding, "identity");
}

static bool length_is(const ota_http_response_t *response, uint32_t expected) {
    return response->content_length < 0 || response->content_length == (int64_t)expected;
}

/** The whole file: what was there before is void. */
static int judge_whole(ota_core_t *core, ota_stream_t *stream) {
    const ota_http_response_t *response = &core->response;
    if (ota_http_is_page(response)) return OTA_ERR_PORTAL;
    if (is_encoded(response)) return OTA_ERR_PROTOCOL;
    // A proxy's doing more often than the server's, so it is tried again soon, unlike an offer that does not fit the slot.
    if (!length_is(response, core->offer.file_size)) return OTA_ERR_PROTOCOL;
    if (have(stream) > 0) {
        const int err = ota_stream_restart(core, stream);
        if (err != OTA_OK) return err;
    }
    memcpy(stream->etag, response->etag, sizeof stream->etag);
    return OTA_OK;
}

/** A part: only what continues this very file at this very byte. */
static int judge_part(ota_core_t *core, ota_stream_t *stream, uint32_t from) {
    const ota_http_response_t *response = &core->response;
    ota_range_t range;
    const bool changed =
        stream->etag[0] != '\0' && response->etag[0] != '\0' && strcmp(stream->etag, response->etag) != 0;
    const uint32_t missing = core->offer.file_size - from;
    if (from == 0 || is_encoded(response) || changed || !ota_range_parse(response->content_range, &range) ||
        !ota_range_fits(&range, from, core->offer.file_size) || !length_is(response, missing)) {
        stream->no_range = true;
        return OTA_ERR_PROTOCOL;
    }
    stream->pieced = true;
    return OTA_OK;
}

static int judge_answer(ota_core_t *core, ota_stream_t *stream, uint32_t from) {
    switch (core->response.status) {
        case 200: return judge_whole(core, stream);
        case 206: return judge_part(core, stream, from);
        case 416: stream->no_range = true; return OTA_ERR_PROTOCOL;
        default: return ota_http_refusal(core);
    }
}

/** Never asks for more than the file has: what follows its last byte is of no use to anybody. */
static int take_body(ota_core_t *core, ota_stream_t *stream) {
    while (have(stream) < core->offer.file_size) {
        const uint32_t room = core->config.buffer_size - stream->fill;
        const uint32_t missing = core->offer.file_size - have(stream);
        size_t got;
        int err = ota_http_read(core, core->config.buffer + stream->fill, room < missing ? room : missing, &got, stream->end_ms);
        if (err == OTA_OK && got == 0) err = OTA_ERR_DROPPED; // ended early, or empty
        if (err == OTA_OK && !core->port->clock.sleep_ms(core->port->clock.ctx, 0)) err = OTA_ERR_STOPPED;
        if (err == OTA_OK) err = ota_stream_take(core, stream, (uint32_t)got);
        if (err != OTA_OK) return err;
    }
    return OTA_OK;
}

static int try_once(ota_core_t *core, ota_stream_t *stream) {
    int err = stream->no_range && have(stream) > 0 ? ota_stream_restart(core, stream) : OTA_OK;
    const uint32_t from = have(stream);
    const ota_ask_t ask = {
        .range_from = from,
        .if_range = from > 0 && ota_etag_strong(stream->etag) ? stream->etag : NULL,
        .end_ms = stream->end_ms,
    };
    if (err != OTA_OK) return err;
    (void)ota_text_copy(core->url, sizeof core->url, core->offer.download_url);
    err = ota_http_open(core, &ask);
    if (err != OTA_OK) return err;
    err = judge_answer(core, stream, from);
    if (err == OTA_OK) err = take_body(core, stream);
    ota_http_close(core);
    return err;
}

/** Everything until it is there, the tries in a row without progress are used up, or the time is over. */
static int fetch(ota_core_t *core, ota_stream_t *stream) {
    uint32_t failures = 0;
    uint32_t refusals = 0;
    while (have(stream) < core->offer.file_size) {
        const uint32_t before = have(stream);
        const int err = try_once(core, stream);
        if (err == OTA_OK) break;
        if (!worth_retrying(core, err)) return err;
        // Waits that the server asks for are no failures of the download.
        if (err == OTA_ERR_BUSY) refusals++;
        else failures = have(stream) >= before + PROGRESS_BYTES ? 1 : failures + 1;
        if (failures >= core->config.retry_max) return err;
        const uint32_t wait_ms = ota_next_wait_ms(core, err, err == OTA_ERR_BUSY ? refusals : failures);
        if (wait_ms >= ota_left_ms(core, stream->end_ms)) return err;
        ota_failed(core, err, wait_ms);
        if (!core->port->clock.sleep_ms(core->port->clock.ctx, wait_ms)) return OTA_ERR_STOPPED;
    }
    return OTA_OK;
}

int ota_download(ota_core_t *core, const ota_flash_facts_t *facts) {
    const uint64_t now = core->port->clock.now_ms(core->port->clock.ctx);
    ota_stream_t stream = {.facts = facts, .end_ms = now + core->config.download_timeout_ms};
    int err = ota_stream_start(core, &stream);
    for (;;) {
        if (err == OTA_OK) err = fetch(core, &stream);
        if (err != OTA_OK) break;
        ota_enter(core, OTA_STATE_VERIFY);
        err = ota_stream_verify(core, &stream);
        if (err != OTA_ERR_HASH || !stream.pieced) break;
        ota_failed(core, err, 0);
        ota_enter(core, OTA_STATE_DOWNLOAD);
        stream.no_range = true;
        err = ota_stream_restart(core, &stream);
    }
    if (err != OTA_OK) ota_stream_leave(core, &stream);
    return err;
}
