#include "fuzz.h"
#include "ota_engine.h"

/** The whole way of a check's answer: one byte chooses the status, the rest is its body. */

static const uint8_t *body;
static size_t left;
static int status;
static ota_core_t core;

static ota_port_result_t open(void *ctx, const ota_http_request_t *request, ota_http_response_t *response) {
    (void)ctx;
    (void)request;
    response->status = status;
    return OTA_PORT_OK;
}

static ota_port_result_t read(void *ctx, uint8_t *buf, size_t size, size_t *got, uint32_t timeout_ms) {
    (void)ctx;
    (void)timeout_ms;
    *got = left < size ? left : size;
    memcpy(buf, body, *got);
    body += *got;
    left -= *got;
    return OTA_PORT_OK;
}

static void close(void *ctx) { (void)ctx; }
static uint64_t now_ms(void *ctx) { return (void)ctx, 5; }
static int64_t wall_s(void *ctx) { return (void)ctx, 0; }
static void line(void *ctx, ota_log_level_t level, const char *text) {
    (void)ctx;
    (void)level;
    if (strlen(text) > 300) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const int STATUSES[] = {200, 200, 200, 401, 503, 302, 500, 403};
    static ota_port_t port;
    if (size == 0) return 0;
    port.http = (ota_http_port_t){NULL, open, read, close};
    port.clock.now_ms = now_ms;
    port.clock.wall_s = wall_s;
    port.log.line = line;
    core.port = &port;
    core.config.server_url = "https://ota.example";
    core.config.device_type = "x";
    core.config.request_timeout_ms = 1000;
    strcpy(core.version, "1.0.0");
    status = STATUSES[data[0] % 8];
    body = data + 1;
    left = size - 1;
    const int err = ota_check(&core);
    if (err == OTA_OK && (core.offer.version[0] == '\0' || core.offer.download_url[0] == '\0')) abort();
    if (err != OTA_OK && core.offer.file_size != 0) abort();
    return 0;
}
