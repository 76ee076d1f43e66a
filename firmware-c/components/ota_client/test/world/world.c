#include "world.h"

#include <stdio.h>
#include <string.h>

fault_t world_step(world_t *world, const char *name) {
    if (world->dead) return FAULT_CUT_BEFORE;
    world->calls++;
    if (world->calls != world->fault_at) return FAULT_NONE;
    world->fault_name = name;
    world->fault_state = world->core.state;
    world->struck++;
    world->fault_at += world->again_after;
    world->again_after = 0;
    if (world->fault == FAULT_ERROR || world->fault == FAULT_CUT_HALF || world->fault == FAULT_CUT_AFTER) return world->fault;
    const ota_reset_t hung = world->deadline_armed ? OTA_RESET_SOFTWARE : OTA_RESET_TASK_WATCHDOG;
    world_cut(world, world->fault == FAULT_CUT_BEFORE ? OTA_RESET_POWER_ON : world->fault == FAULT_CRASH ? OTA_RESET_PANIC : hung);
    return FAULT_CUT_BEFORE;
}

void world_after(world_t *world, fault_t fault) {
    if (fault == FAULT_CUT_AFTER || fault == FAULT_CUT_HALF) world_cut(world, OTA_RESET_POWER_ON);
}

bool world_fails(world_t *world, const char *name) {
    const fault_t fault = world_step(world, name);
    world_after(world, fault);
    return fault != FAULT_NONE;
}

void world_cut(world_t *world, ota_reset_t reset) {
    if (world->dead) return;
    world->dead = true;
    world->reset = reset;
}

static void put32(uint8_t *at, uint32_t n) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(n >> (8 * i));
}

void world_seal(image_t *image) {
    sha256_t sha;
    sha256_start(&sha);
    sha256_update(&sha, image->bytes, image->size);
    sha256_finish(&sha, image->sha256);
}

void world_make_image(image_t *image, uint32_t id, const char *version, const char *project, uint16_t chip, uint32_t seed) {
    memset(image, 0, sizeof *image);
    snprintf(image->version, sizeof image->version, "%s", version);
    image->id = id;
    image->build = id;
    image->size = WORLD_IMAGE_SIZE;
    for (uint32_t i = 0; i < image->size; i++) {
        seed = seed * 1664525u + 1013904223u;
        image->bytes[i] = (uint8_t)(seed >> 24);
    }
    memset(image->bytes, 0, 288);
    image->bytes[0] = 0xE9;
    image->bytes[1] = 3;
    image->bytes[12] = (uint8_t)chip;
    image->bytes[13] = (uint8_t)(chip >> 8);
    put32(image->bytes + 28, 4096);
    put32(image->bytes + 32, 0xABCD5432u);
    snprintf((char *)image->bytes + 48, 32, "%s", version);
    snprintf((char *)image->bytes + 80, 32, "%s", project);
    world_seal(image);
}

static bool self_test(void *user) {
    world_t *world = user;
    world->tests_run++;
    return world->self_test == NULL || world->self_test(world);
}

static void on_event(const ota_event_t *event, void *user) { ((world_t *)user)->last_event = *event; }
static void on_progress(uint32_t done, uint32_t total, void *user) {
    if (done <= total) ((world_t *)user)->last_done = done;
}

void world_start(world_t *world) {
    static image_t made[3];
    if (made[0].size == 0) {
        world_make_image(&made[0], 1, "1.0.0", "scales", 0x8000, 11);
        world_make_image(&made[1], 2, "2.0.0", "scales", 0x8000, 22);
        world_make_image(&made[2], 3, "3.0.0", "scales", 0x8000, 33);
    }
    memset(world, 0, sizeof *world);
    memset(world->flash, 0xFF, sizeof world->flash);
    memcpy(world->images, made, sizeof made);
    memcpy(world->flash[0], world->images[0].bytes, world->images[0].size);
    world->otadata[0] = (otadata_entry_t){true, 1, OTA_SLOT_VALID};
    world->offered = &world->images[1];
    world->log_id = 70;
    world->wall_s = 1900000000;
    world->chip_revision = 301;
    world->target_size = WORLD_SLOT_SIZE;
    world->reset = OTA_RESET_POWER_ON;
    world->sleep_limit = 100000;
    world->random = 12345;
    world->config = (ota_core_config_t){
        .device_id = 9007199254740991u,
        .device_type = "scales_bridge_tab5",
        .server_url = "https://ota.example/base/",
        .resume_step_bytes = 8192,
        .self_test = self_test,
        .on_event = on_event,
        .on_progress = on_progress,
        .user = world,
        .buffer = world->buffer,
        .buffer_size = sizeof world->buffer,
    };
}

void world_power_on(world_t *world) {
    world_bootloader(world);
    world->boots++;
    world->dead = false;
    world->deadline_armed = false;
    world->open_for_write = false;
    world->http_open = false;
    world_flash_port(world);
    world_kv_port(world);
    world_http_port(world);
    world_rest_of_port(world);
}

int world_boot(world_t *world) {
    world_power_on(world);
    return ota_core_init(&world->core, &world->config, &world->port);
}

int world_round(world_t *world) {
    const int err = ota_core_round(&world->core);
    if (world->dead) return err;
    world->last_wait_ms = ota_core_wait_after(&world->core, err);
    world->now_ms += world->last_wait_ms;
    return err;
}

const char *world_running_version(const world_t *world) { return (const char *)world->flash[world->running] + 48; }

bool world_holds(const world_t *world, int slot, const image_t *image) {
    return memcmp(world->flash[slot], image->bytes, image->size) == 0;
}

bool world_sound(const world_t *world) {
    for (int i = 0; i < 3; i++) {
        if (world_holds(world, world->running, &world->images[i])) return true;
    }
    return false;
}

static bool is_confirmed(const world_t *world, const char *version) {
    return strcmp(world_running_version(world), version) == 0 && world->otadata[world->running].state == OTA_SLOT_VALID &&
           world->core.settled && world->core.record.reports[0].status == OTA_STATUS_NONE;
}

bool world_reaches(world_t *world, const char *version, int rounds) {
    bool up = false;
    for (int i = 0; i < rounds; i++) {
        if (!up) up = world_boot(world) == OTA_OK;
        if (!world_sound(world)) return false;
        if (up) (void)world_round(world);
        if (world->dead || !up) {
            up = false;
            world->dead = false;
            continue;
        }
        if (is_confirmed(world, version)) return true;
    }
    return false;
}

bool world_log_has(const world_t *world, const char *text) { return strstr(world->lines, text) != NULL; }
