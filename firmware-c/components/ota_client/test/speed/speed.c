#define _POSIX_C_SOURCE 200112L

#include "ota_stream.h"
#include "sha256.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/**
 * speed MEGABYTES: the streaming path (network → buffer → SHA-256 → slot) with ports that cost nothing but the hash, beside the same
 * SHA-256 alone. Prints {"stream":BYTES_PER_S,"sha256":BYTES_PER_S,"core":BYTES}.
 */

#define FILE_SIZE (1024u * 1024u)

static uint8_t file[FILE_SIZE];
static uint8_t buffer[4096];
static size_t sent;
static sha256_t sha;
static ota_core_t core;
static ota_port_t port;

static ota_port_result_t open_request(void *ctx, const ota_http_request_t *request, ota_http_response_t *response) {
    (void)ctx;
    sent = request->range_from;
    response->status = 200;
    response->content_length = FILE_SIZE;
    return OTA_PORT_OK;
}

/** As much as a segment of TCP brings. */
static ota_port_result_t read_body(void *ctx, uint8_t *buf, size_t size, size_t *got, uint32_t timeout_ms) {
    (void)ctx;
    (void)timeout_ms;
    *got = size < 1436 ? size : 1436;
    memcpy(buf, file + sent, *got);
    sent += *got;
    return OTA_PORT_OK;
}

static void nothing(void *ctx) { (void)ctx; }
static ota_port_result_t begin(void *ctx, uint32_t slot, uint32_t size) { return (void)ctx, (void)slot, (void)size, OTA_PORT_OK; }
static ota_port_result_t write_nowhere(void *ctx, const uint8_t *data, size_t len) { return (void)ctx, (void)data, (void)len, OTA_PORT_OK; }
static ota_port_result_t well(void *ctx) { return (void)ctx, OTA_PORT_OK; }
static ota_port_result_t missing(void *ctx, const char *key, void *value, size_t size, size_t *len) {
    return (void)ctx, (void)key, (void)value, (void)size, (void)len, OTA_PORT_NOT_FOUND;
}
static ota_port_result_t hash_start(void *ctx) { return (void)ctx, sha256_start(&sha), OTA_PORT_OK; }
static ota_port_result_t hash_update(void *ctx, const uint8_t *data, size_t len) {
    return (void)ctx, sha256_update(&sha, data, len), OTA_PORT_OK;
}
static ota_port_result_t hash_finish(void *ctx, uint8_t digest[32]) { return (void)ctx, sha256_finish(&sha, digest), OTA_PORT_OK; }
static uint64_t now_ms(void *ctx) { return (void)ctx, 0; }
static bool sleep_ms(void *ctx, uint32_t ms) { return (void)ctx, (void)ms, true; }
static void line(void *ctx, ota_log_level_t level, const char *text) { (void)ctx, (void)level, (void)text; }

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/** The head of an image, so that it is taken. */
static void make_file(void) {
    static const uint8_t DESC[] = {0x32, 0x54, 0xCD, 0xAB};
    for (uint32_t i = 0; i < FILE_SIZE; i++) file[i] = (uint8_t)(i * 2654435761u >> 24);
    memset(file, 0, 288);
    file[0] = 0xE9;
    file[1] = 1;
    file[30] = 1;
    memcpy(file + 32, DESC, sizeof DESC);
    strcpy((char *)file + 48, "2.0.0");
}

static void prepare(void) {
    port.http.open = open_request;
    port.http.read = read_body;
    port.http.close = nothing;
    port.flash.begin = begin;
    port.flash.write = write_nowhere;
    port.flash.end = well;
    port.flash.abort = nothing;
    port.kv.get = missing;
    port.hash = (ota_hash_port_t){NULL, hash_start, hash_update, hash_finish};
    port.clock.now_ms = now_ms;
    port.clock.sleep_ms = sleep_ms;
    port.log.line = line;
    core.port = &port;
    core.config.buffer = buffer;
    core.config.buffer_size = sizeof buffer;
    core.config.request_timeout_ms = core.config.download_timeout_ms = 1000;
    core.config.retry_max = 1;
    core.config.resume_step_bytes = OTA_NONE;
    core.offer.file_size = FILE_SIZE;
    strcpy(core.offer.version, "2.0.0");
    strcpy(core.version, "1.0.0");
    strcpy(core.running.version, "1.0.0");
    strcpy(core.offer.download_url, "https://a/b");
    sha256_start(&sha);
    sha256_update(&sha, file, FILE_SIZE);
    sha256_finish(&sha, core.offer.sha256);
}

int main(int argc, char **argv) {
    const int rounds = argc > 1 ? atoi(argv[1]) : 16;
    const ota_flash_facts_t facts = {.running_slot = 1, .target_slot = 2, .target_size = FILE_SIZE};
    uint8_t digest[32];
    make_file();
    prepare();
    double streamed = 0;
    double hashed = 0;
    // In turns, so that what else the machine does falls on both.
    for (int i = 0; i < rounds; i++) {
        const double began = seconds();
        if (ota_download(&core, &facts) != OTA_OK) return 1;
        const double between = seconds();
        sha256_start(&sha);
        sha256_update(&sha, file, FILE_SIZE);
        sha256_finish(&sha, digest);
        streamed += between - began;
        hashed += seconds() - between;
    }
    const double bytes = (double)rounds * FILE_SIZE;
    printf("{\"stream\":%.0f,\"sha256\":%.0f,\"core\":%u}\n", bytes / streamed, bytes / hashed, (unsigned)sizeof core);
    return memcmp(digest, core.offer.sha256, sizeof digest) != 0;
}
