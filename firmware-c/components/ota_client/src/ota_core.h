#pragma once

#include "ota_port.h"
#include "ota_record.h"

/**
 * The client without a vendor: a state machine over ports. The caller owns all memory, nothing is allocated and nothing is global.
 * All functions return OTA_OK or an error of ota_err.h and are called from one task.
 */

/** As ota_config_t, which documents each; zero means the default here too. */
typedef struct {
    uint64_t device_id;
    const char *device_type;
    const char *server_url;
    const char *current_version;
    uint32_t current_build;
    const char *token;
    uint32_t check_interval_s;
    uint32_t request_timeout_ms;
    uint32_t download_timeout_ms;
    uint32_t jitter_percent;
    uint32_t first_check_spread_ms;
    uint32_t retry_max;
    uint32_t retry_base_ms;
    uint32_t retry_cap_ms;
    uint32_t retry_after_cap_s;
    uint32_t resume_step_bytes;
    uint32_t redirect_max;
    uint32_t confirm_timeout_s;
    bool allow_downgrade;
    void (*on_progress)(uint32_t done, uint32_t total, void *user);
    void (*on_event)(const ota_event_t *event, void *user);
    /** NULL: reaching the server is the test. */
    bool (*self_test)(void *user);
    void *user;
    /** Between network and flash; 1,024 bytes or more. */
    uint8_t *buffer;
    uint32_t buffer_size;
} ota_core_config_t;

/** A token with its NUL; longer ones are refused. */
#define OTA_TOKEN_SIZE 1024

/** What the running image says of itself in its first 288 bytes. */
typedef struct {
    uint16_t chip_id;
    uint32_t secure_version;
    /** Fingerprint of these bytes: tells builds apart, protects nothing. */
    uint32_t print;
    char version[33];
    char project[33];
} ota_running_t;

/** One client. The fields are the core's own; look at them in a debugger only. */
typedef struct {
    ota_core_config_t config;
    const ota_port_t *port;
    ota_running_t running;
    /** The version and build that the server is told. */
    char version[OTA_VERSION_SIZE];
    uint32_t build;
    bool build_known;
    ota_state_t state;
    /** Boot was judged: an update that was under way is confirmed, rolled back, or none was. */
    bool settled;
    /** While an image is on trial: when it must be confirmed (0: not begun), and whether its self-test passed. */
    uint64_t confirm_end_ms;
    bool self_tested;
    /** Failures in a row, which the next wait grows with. */
    uint32_t failures;
    /** What a Retry-After asked for in ms; 0: nothing. */
    uint32_t asked_wait_ms;
    char token[OTA_TOKEN_SIZE];
    ota_update_t offer;
    ota_record_t record;
    /** One request's scratch. */
    ota_http_response_t response;
    char url[OTA_URL_SIZE];
    /** Room for a stored token: its form and fingerprint come before it. */
    char text[OTA_TOKEN_SIZE + 16];
    char body[512];
} ota_core_t;

/** Checks the configuration, reads the running image's header and the stored state. No network. */
int ota_core_init(ota_core_t *core, const ota_core_config_t *config, const ota_port_t *port);

/**
 * Settles what the last boot left open: a new image is tested, confirmed or rolled back (blocks until then, at most
 * confirm_timeout_s); a rollback is entered into the record and queued as a report. Needed once a boot before anything else;
 * ota_core_round does it. Stopped while an image is on trial, that one is rolled back when its deadline comes.
 */
int ota_core_settle(ota_core_t *core);

/** One round: settle, deliver reports, check, plan, download, verify, install, restart. OTA_ERR_NO_UPDATE is the ordinary end. */
int ota_core_round(ota_core_t *core);

/** Rounds for ever, with their waits between; ends with OTA_ERR_STOPPED when the clock's sleep says so. */
int ota_core_run(ota_core_t *core);

/** Milliseconds until the next round after one that ended with `result`. */
uint32_t ota_core_wait_after(ota_core_t *core, int result);

/** Asks the server, and renews the token before that where it is near its end. */
int ota_core_check(ota_core_t *core, ota_update_t *update);

/** Plans, downloads, verifies, installs, restarts. */
int ota_core_install(ota_core_t *core, const ota_update_t *update);

/** Reports a status by its name in the contract; a final one is queued where it cannot be delivered. */
int ota_core_report(ota_core_t *core, const ota_update_t *update, const char *status, uint32_t bytes, const char *error);

/** Forgets everything stored. */
int ota_core_forget(ota_core_t *core);
