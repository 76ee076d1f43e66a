#pragma once

#include "ota_err.h"
#include <stdbool.h>
#include <stdint.h>

/** What the core and its users share; no vendor header. */

#ifdef __cplusplus
extern "C" {
#endif

/** For a number in ota_config_t where 0 means the default and none at all is wanted. */
#define OTA_NONE UINT32_MAX

/** Longest offered version, with its NUL. */
#define OTA_VERSION_SIZE 64
/** Longest address, with its NUL: signed links are long. */
#define OTA_URL_SIZE 1024

/** Where an update stands. */
typedef enum {
    OTA_STATE_IDLE = 0,
    OTA_STATE_CHECK,
    OTA_STATE_PLAN,
    OTA_STATE_DOWNLOAD,
    OTA_STATE_VERIFY,
    OTA_STATE_INSTALL,
    OTA_STATE_REBOOT,
    OTA_STATE_SELF_TEST,
    OTA_STATE_CONFIRM,
    OTA_STATE_REPORT,
} ota_state_t;

/** One change of state, or one error. */
typedef struct {
    ota_state_t state;
    /** 0 when the state was entered; else the error (ota_err.h) that ended it. */
    int err;
    /** The version this is about; "" where there is none. */
    const char *version;
    /** Milliseconds until the next try where the client now waits; else 0. */
    uint32_t wait_ms;
} ota_event_t;

/** What the server offers. */
typedef struct {
    uint32_t firmware_id;
    /** Row of the server's log that this update is reported to; 0 where it names none. */
    uint32_t log_id;
    char version[OTA_VERSION_SIZE];
    uint32_t build_number;
    /** Bytes of the file. */
    uint32_t file_size;
    /** SHA-256 of the whole file. */
    uint8_t sha256[32];
    char download_url[OTA_URL_SIZE];
    /** The server offers an older version since the running one was withdrawn. */
    bool downgrade;
} ota_update_t;

/** Name of a state: "idle", "check", and so on. Never NULL. */
const char *ota_state_name(ota_state_t state);

#ifdef __cplusplus
}
#endif
