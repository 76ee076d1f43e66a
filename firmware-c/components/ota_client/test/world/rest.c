#include "world.h"

#include <stdio.h>
#include <string.h>

static ota_port_result_t hash_start(void *ctx) {
    world_t *world = ctx;
    if (world_fails(world, "hash.start")) return OTA_PORT_IO;
    sha256_start(&world->sha);
    return OTA_PORT_OK;
}

static ota_port_result_t hash_update(void *ctx, const uint8_t *data, size_t len) {
    world_t *world = ctx;
    if (world_fails(world, "hash.update")) return OTA_PORT_IO;
    sha256_update(&world->sha, data, len);
    return OTA_PORT_OK;
}

static ota_port_result_t hash_finish(void *ctx, uint8_t digest[32]) {
    world_t *world = ctx;
    if (world_fails(world, "hash.finish")) return OTA_PORT_IO;
    sha256_finish(&world->sha, digest);
    return OTA_PORT_OK;
}

static uint64_t now_ms(void *ctx) { return ((world_t *)ctx)->now_ms; }
static int64_t wall_s(void *ctx) { return ((world_t *)ctx)->wall_s; }

/** The deadline's timer strikes in whatever the client sleeps through. */
static bool sleep_ms(void *ctx, uint32_t ms) {
    world_t *world = ctx;
    if (ms > 0 && world_fails(world, "clock.sleep")) return false;
    world->now_ms += ms;
    if (world->deadline_armed && world->now_ms >= world->deadline_ms) world_cut(world, OTA_RESET_SOFTWARE);
    if (ms > 0 && world->sleep_limit > 0) world->sleep_limit--;
    return !world->dead && world->sleep_limit > 0;
}

static uint32_t chance(void *ctx) {
    world_t *world = ctx;
    world->random = world->random * 1664525u + 1013904223u;
    return world->random >> 4;
}

static ota_reset_t reset_reason(void *ctx) { return ((world_t *)ctx)->reset; }

static void restart(void *ctx) {
    world_t *world = ctx;
    (void)world_step(world, "reboot.restart");
    world_cut(world, OTA_RESET_SOFTWARE);
}

static ota_port_result_t arm_deadline(void *ctx, uint32_t ms) {
    world_t *world = ctx;
    if (world_fails(world, "reboot.arm_deadline")) return OTA_PORT_IO;
    world->deadline_armed = true;
    world->deadline_ms = world->now_ms + ms;
    return OTA_PORT_OK;
}

static void disarm_deadline(void *ctx) {
    world_t *world = ctx;
    (void)world_step(world, "reboot.disarm_deadline");
    if (!world->dead) world->deadline_armed = false;
}

static void line(void *ctx, ota_log_level_t level, const char *text) {
    world_t *world = ctx;
    const size_t len = strlen(world->lines);
    if (level == OTA_LOG_DEBUG || world->dead) return;
    if (len + strlen(text) + 2 < sizeof world->lines) snprintf(world->lines + len, sizeof world->lines - len, "%s\n", text);
}

void world_rest_of_port(world_t *world) {
    world->port.hash = (ota_hash_port_t){world, hash_start, hash_update, hash_finish};
    world->port.clock = (ota_clock_port_t){world, now_ms, wall_s, sleep_ms, chance};
    world->port.reboot = (ota_reboot_port_t){world, reset_reason, restart, arm_deadline, disarm_deadline};
    world->port.log = (ota_log_port_t){world, line};
}
