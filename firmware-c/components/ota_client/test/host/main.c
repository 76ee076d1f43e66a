#define _POSIX_C_SOURCE 200112L

#include "http.h"
#include "socket.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/**
 * client SERVER_URL ROUNDS RUNNING_IMAGE TARGET_IMAGE [TOKEN]: the core with flash and store in memory and HTTP on real sockets. Lives
 * through reboots for at most so many rounds, until it runs the target confirmed and nothing is left to report. One line of
 * JSON a round: {"result":…,"version":…,"state":…,"sound":…,"boots":…,"begun":…}. Timeouts are short: 1 s, 8 s a download.
 */

static world_t world;
static host_http_t http;

static uint64_t now_ms(void *ctx) { return (void)ctx, socket_now_ms(); }
static int64_t wall_s(void *ctx) { return (void)ctx, (int64_t)time(NULL); }
static bool sleep_ms(void *ctx, uint32_t ms) {
    const struct timespec span = {ms / 1000, (long)(ms % 1000) * 1000000L};
    (void)ctx;
    if (ms > 0) nanosleep(&span, NULL);
    return true;
}

static void line(void *ctx, ota_log_level_t level, const char *text) {
    (void)ctx;
    if (level < OTA_LOG_DEBUG) fprintf(stderr, "%s\n", text);
}

static bool load(image_t *image, const char *path, uint32_t id) {
    FILE *file = fopen(path, "rb");
    memset(image, 0, sizeof *image);
    if (file == NULL) return false;
    image->size = (uint32_t)fread(image->bytes, 1, sizeof image->bytes, file);
    const bool whole = fgetc(file) == EOF;
    fclose(file);
    image->id = id;
    memcpy(image->version, image->bytes + 48, sizeof image->version - 1);
    return whole && image->size > 288;
}

static int boot(void) {
    world_power_on(&world);
    host_http_port(&http, &world.port.http);
    world.port.clock.now_ms = now_ms;
    world.port.clock.wall_s = wall_s;
    world.port.clock.sleep_ms = sleep_ms;
    world.port.log.line = line;
    return ota_core_init(&world.core, &world.config, &world.port);
}

static void tell(int result) {
    static const char *const STATES[] = {"none", "new", "pending", "valid", "invalid", "aborted"};
    printf("{\"result\":\"%s\",\"version\":\"%s\",\"state\":\"%s\",\"sound\":%s,\"boots\":%u,\"begun\":%u,\"waiting\":%s,\"failures\":%u}\n",
           ota_err_name(result), world_running_version(&world), STATES[world.otadata[world.running].state],
           world_sound(&world) ? "true" : "false", (unsigned)world.boots, world.begun_count,
           world.core.record.reports[0].status == OTA_STATUS_NONE ? "false" : "true", world.core.record.ledger[0].failures);
    fflush(stdout);
}

static bool at_target(void) {
    return world.running == 1 && world.otadata[1].state == OTA_SLOT_VALID &&
           world.core.record.reports[0].status == OTA_STATUS_NONE;
}

static void configure(const char *url, const char *token) {
    world.config.device_id = 7;
    world.config.server_url = url;
    world.config.token = token;
    world.config.request_timeout_ms = 1000;
    world.config.download_timeout_ms = 8000;
    world.config.retry_base_ms = 20;
    world.config.retry_cap_ms = 200;
    world.config.confirm_timeout_s = 30;
    world.config.resume_step_bytes = 4096;
    world.config.on_event = NULL;
    world.config.on_progress = NULL;
}

int main(int argc, char **argv) {
    bool up = false;
    if (argc < 5) return 2;
    world_start(&world);
    if (!load(&world.images[0], argv[3], 1) || !load(&world.images[1], argv[4], 2)) return 2;
    world.images[2] = world.images[1];
    memset(world.flash, 0xFF, sizeof world.flash);
    memcpy(world.flash[0], world.images[0].bytes, world.images[0].size);
    configure(argv[1], argc > 5 ? argv[5] : NULL);
    for (int round = 0; round < atoi(argv[2]); round++) {
        int result = up ? OTA_OK : boot();
        if (result == OTA_OK) result = ota_core_round(&world.core);
        up = !world.dead;
        tell(result);
        if (up && at_target()) return 0;
    }
    return 0;
}
