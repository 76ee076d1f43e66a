#pragma once

#include "ota_core.h"
#include "sha256.h"

/**
 * A device and its server in memory: NOR flash with two slots and otadata, a key-value store, a bootloader with rollback, a clock that
 * only sleeping and waiting move, and a server of contract A. What survives a reboot is kept; at the n-th call of a port
 * something may go wrong. A power cut leaves the ports dead: they do nothing more and fail, so the core unwinds and the
 * device is as the cut left it.
 */

#define WORLD_SLOT_SIZE 65536u
#define WORLD_IMAGE_SIZE 20000u
#define SLOT_A 0x10000u
#define SLOT_B 0x110000u

typedef enum {
    FAULT_NONE,
    /** The call fails, and things go on. */
    FAULT_ERROR,
    FAULT_CUT_BEFORE,
    /** Half of what the call does is done. */
    FAULT_CUT_HALF,
    FAULT_CUT_AFTER,
    /** Never returns: the deadline's timer restarts the device where it is armed, else a watchdog. */
    FAULT_HANG,
    FAULT_CRASH,
} fault_t;

typedef struct {
    char version[32];
    uint32_t build;
    uint32_t id;
    uint8_t bytes[WORLD_IMAGE_SIZE];
    uint32_t size;
    uint8_t sha256[32];
    /** Not accepted by the bootloader though its bytes are whole. */
    bool rotten;
} image_t;

typedef struct {
    bool present;
    uint32_t seq;
    ota_slot_state_t state;
} otadata_entry_t;

typedef enum { ROUTE_CHECK, ROUTE_STATUS, ROUTE_TOKEN, ROUTE_DOWNLOAD, ROUTE_OTHER, ROUTES } route_t;

/** What the server is about to answer; a test may change any of it. */
typedef struct {
    ota_port_result_t opened;
    ota_http_response_t head;
    const uint8_t *body;
    size_t len;
    /** Body bytes after which `end` happens in place of the rest. */
    size_t stop_at;
    ota_port_result_t end;
    /** Most bytes a read gives, and the time it takes. */
    size_t piece;
    uint32_t read_ms;
} reply_t;

typedef struct {
    char key[16];
    uint8_t value[OTA_KV_VALUE_MAX];
    size_t len;
} kv_entry_t;

typedef struct world {
    /* What survives a reboot */
    uint8_t flash[2][WORLD_SLOT_SIZE];
    otadata_entry_t otadata[2];
    kv_entry_t kv[8];
    image_t images[3];
    /** What the server offers to any other version; NULL: nothing. */
    const image_t *offered;
    bool offer_downgrade;
    uint32_t log_id;
    char reports[1024];
    char last_report[512];
    uint32_t served[ROUTES];
    uint32_t checks_by_token;
    uint64_t now_ms;
    uint64_t boots;
    int64_t wall_s;
    char accepted_token[OTA_TOKEN_SIZE];
    char renewed_token[OTA_TOKEN_SIZE];
    bool no_rollback;
    uint32_t efuse_secure_version;
    uint16_t chip_revision;
    uint32_t target_size;

    /* The test's hand in it */
    uint32_t calls;
    uint32_t fault_at;
    fault_t fault;
    /** Calls after the first fault at which it strikes once more; 0: never. */
    uint32_t again_after;
    uint32_t struck;
    const char *fault_name;
    ota_state_t fault_state;
    void (*tamper)(struct world *world, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply);
    bool (*self_test)(struct world *world);
    uint32_t tests_run;
    uint32_t sleep_limit;
    char last_url[OTA_URL_SIZE];
    char last_bearer[OTA_TOKEN_SIZE];
    uint32_t last_range;
    char last_if_range[OTA_ETAG_SIZE];
    uint32_t last_wait_ms;
    uint32_t begun_count;
    uint32_t written;
    uint32_t last_done;
    ota_event_t last_event;
    char lines[8192];

    /* Cold at each boot */
    int running;
    bool dead;
    ota_reset_t reset;
    bool deadline_armed;
    uint64_t deadline_ms;
    bool open_for_write;
    int write_slot;
    uint32_t write_at;
    uint32_t erased_to;
    uint32_t write_size;
    sha256_t sha;
    reply_t reply;
    size_t sent;
    bool http_open;
    char json[8192];
    uint32_t random;
    ota_port_t port;
    ota_core_config_t config;
    uint8_t buffer[4096];
    ota_core_t core;
} world_t;

/** Version 1.0.0 in slot A, confirmed; 2.0.0 offered; 3.0.0 in reserve. */
void world_start(world_t *world);
/** Makes image n, its head as given. */
void world_make_image(image_t *image, uint32_t id, const char *version, const char *project, uint16_t chip, uint32_t seed);
/** Hashes the image again after a test changed it. */
void world_seal(image_t *image);
/** The bootloader chooses; all ports are cold. */
void world_power_on(world_t *world);
/** That, then a cold client. The result of ota_core_init. */
int world_boot(world_t *world);
/** Boots and runs rounds until that version runs, confirmed, and has no report waiting; false after so many rounds. */
bool world_reaches(world_t *world, const char *version, int rounds);
/** One round; its result. */
int world_round(world_t *world);
/** Whether a slot holds this image, byte for byte. */
bool world_holds(const world_t *world, int slot, const image_t *image);
/** Whether the slot that runs holds one of the images, whole. */
bool world_sound(const world_t *world);
const char *world_running_version(const world_t *world);
bool world_log_has(const world_t *world, const char *text);
kv_entry_t *world_kv(world_t *world, const char *key);
/** Cuts the power now. */
void world_cut(world_t *world, ota_reset_t reset);

/* Between the parts */
/** At the beginning of a call: what is to happen to it. */
fault_t world_step(world_t *world, const char *name);
void world_after(world_t *world, fault_t fault);
/** For a call that changes nothing which lasts: whether it fails. */
bool world_fails(world_t *world, const char *name);
void world_flash_port(world_t *world);
void world_kv_port(world_t *world);
void world_http_port(world_t *world);
void world_rest_of_port(world_t *world);
/** Chooses the slot to run. */
void world_bootloader(world_t *world);
