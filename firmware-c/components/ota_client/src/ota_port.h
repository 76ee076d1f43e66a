#pragma once

#include "ota_types.h"
#include <stddef.h>

/**
 * What the core needs of the world: functions and a context each. Every call is made from one task, returns within the time it is
 * given, and never calls back into the core. A port reports what happened; what follows from it is the core's business.
 */

typedef enum {
    OTA_PORT_OK = 0,
    /** Nothing happened for the time given. */
    OTA_PORT_TIMEOUT,
    /** No connection: no network, no such host, refused. */
    OTA_PORT_CONNECT,
    /** TLS refused the peer. */
    OTA_PORT_TLS,
    /** The connection broke: reset, or closed before all had come that was promised. */
    OTA_PORT_DROPPED,
    /** No HTTP came, or framing that contradicts itself. */
    OTA_PORT_PROTOCOL,
    /** A header line, a Location or the head is longer than the port's buffers. */
    OTA_PORT_TOO_LONG,
    OTA_PORT_NO_MEMORY,
    /** No such key, slot or image. */
    OTA_PORT_NOT_FOUND,
    /** The storage or the engine failed. */
    OTA_PORT_IO,
    /** The vendor's code refused: the image does not verify, or no image to roll back to. */
    OTA_PORT_REFUSED,
} ota_port_result_t;

/* ---- HTTP: one request at a time ---- */

#define OTA_ETAG_SIZE 80
#define OTA_HEADER_SIZE 64

typedef struct {
    /** "GET" or "POST". */
    const char *method;
    const char *url;
    /** Sent as "Authorization: Bearer …"; NULL: none. */
    const char *bearer;
    /** Body of a POST, sent as application/json; NULL: none (Content-Length: 0). */
    const char *body;
    size_t body_len;
    /** "bytes=N-" when above 0. */
    uint32_t range_from;
    /** Sent with the range; NULL: none. */
    const char *if_range;
    /** Milliseconds for each of: connect with TLS, send, the whole head of the answer. */
    uint32_t timeout_ms;
} ota_http_request_t;

/** The head of an answer; strings are "" where the header is missing. Names are matched without regard to case. */
typedef struct {
    int status;
    /** -1 where the answer has none (chunked, or ended by the connection). */
    int64_t content_length;
    /** As sent, with quotes and W/. Longer than fits: "", as if missing. */
    char etag[OTA_ETAG_SIZE];
    char content_range[OTA_HEADER_SIZE];
    char content_type[OTA_HEADER_SIZE];
    char content_encoding[OTA_HEADER_SIZE];
    char retry_after[OTA_HEADER_SIZE];
    char date[OTA_HEADER_SIZE];
    char location[OTA_URL_SIZE];
    /** The Location did not fit; `location` is then "". */
    bool location_too_long;
} ota_http_response_t;

typedef struct {
    void *ctx;
    /**
     * Sends the request and reads the head of the answer; 100-continue and other 1xx are skipped. Follows no redirect, retries
     * nothing, asks for no compression. Plain connections and TLS by the URL's scheme. On any result but OK nothing stays open.
     */
    ota_port_result_t (*open)(void *ctx, const ota_http_request_t *request, ota_http_response_t *response);
    /**
     * Up to `size` bytes of the body, unchunked, as soon as there are any; *got is 0 with OK at its end only. TIMEOUT when no byte
     * came for timeout_ms. DROPPED when the connection ends before Content-Length or the last chunk; a body that only the end of
     * the connection delimits ends with OK.
     */
    ota_port_result_t (*read)(void *ctx, uint8_t *buf, size_t size, size_t *got, uint32_t timeout_ms);
    /** Ends the request wherever it stands. May keep the connection for the next one when the body was read to its end. */
    void (*close)(void *ctx);
} ota_http_port_t;

/* ---- Flash: two application slots, of which one runs ---- */

/** What otadata says of a slot. */
typedef enum {
    /** No valid entry, or state UNDEFINED (a bootloader without rollback). */
    OTA_SLOT_NONE = 0,
    OTA_SLOT_NEW,
    OTA_SLOT_PENDING,
    OTA_SLOT_VALID,
    OTA_SLOT_INVALID,
    OTA_SLOT_ABORTED,
} ota_slot_state_t;

#define OTA_SECTOR_SIZE 4096u

typedef struct {
    /** Slots are named by the flash offset of their partition: the same for every image of the device. Never 0. */
    uint32_t running_slot;
    ota_slot_state_t running_state;
    /** The slot an update goes to; 0 where the table has none. Never the running one. */
    uint32_t target_slot;
    uint32_t target_size;
    /** Revision of the chip, major * 100 + minor. */
    uint16_t chip_revision;
    /** The chip's anti-rollback counter; 0 where anti-rollback is off. */
    uint32_t secure_version;
} ota_flash_facts_t;

typedef struct {
    void *ctx;
    ota_port_result_t (*facts)(void *ctx, ota_flash_facts_t *facts);
    /** NONE for a slot that otadata does not name. */
    ota_slot_state_t (*slot_state)(void *ctx, uint32_t slot);
    /** Bytes of a slot, in clear where flash is encrypted. The core reads the running image's first 288 and what it wrote itself. */
    ota_port_result_t (*read)(void *ctx, uint32_t slot, uint32_t offset, uint8_t *buf, size_t len);
    /**
     * Opens the target slot for sequential writes from 0, erasing each sector only when it is reached, and makes otadata forget that
     * slot (esp_ota_begin does), so that a later ABORTED or INVALID speaks of this image. `size` bytes are going to come.
     */
    ota_port_result_t (*begin)(void *ctx, uint32_t slot, uint32_t size);
    /** The same from `offset` (a multiple of OTA_SECTOR_SIZE) on: what lies before stays, what lies behind is erased as reached. */
    ota_port_result_t (*resume)(void *ctx, uint32_t slot, uint32_t offset, uint32_t size);
    ota_port_result_t (*write)(void *ctx, const uint8_t *data, size_t len);
    /** Ends writing; everything is in flash then. Verifies the image as the bootloader will: REFUSED when it is none. */
    ota_port_result_t (*end)(void *ctx);
    /** Ends writing where it stands; what was written stays in flash. Harmless when nothing is open. */
    void (*abort)(void *ctx);
    /** The slot boots next (state NEW). REFUSED when its image does not verify. */
    ota_port_result_t (*set_boot)(void *ctx, uint32_t slot);
    /** The running image stays (VALID). */
    ota_port_result_t (*mark_valid)(void *ctx);
    /** The running image is INVALID, and the device restarts into the other one: returns only on failure (REFUSED: there is none). */
    ota_port_result_t (*roll_back)(void *ctx);
} ota_flash_port_t;

/* ---- Key-value store (NVS) ---- */

/** Longest value the core stores. */
#define OTA_KV_VALUE_MAX 2048

typedef struct {
    void *ctx;
    /** NOT_FOUND for a key that is not there, and for a value longer than `size`. */
    ota_port_result_t (*get)(void *ctx, const char *key, void *value, size_t size, size_t *len);
    /** Committed when it returns; a power cut leaves the old value or the new one. Keys have at most 15 characters. */
    ota_port_result_t (*set)(void *ctx, const char *key, const void *value, size_t len);
    /** OK also where the key was not there. */
    ota_port_result_t (*erase)(void *ctx, const char *key);
    /** Everything the client ever stored. */
    ota_port_result_t (*erase_all)(void *ctx);
} ota_kv_port_t;

/* ---- SHA-256: one at a time ---- */

typedef struct {
    void *ctx;
    /** Begins anew, whatever was under way. */
    ota_port_result_t (*start)(void *ctx);
    ota_port_result_t (*update)(void *ctx, const uint8_t *data, size_t len);
    ota_port_result_t (*finish)(void *ctx, uint8_t digest[32]);
} ota_hash_port_t;

/* ---- Clock, chance, restart, log ---- */

typedef struct {
    void *ctx;
    /** Since boot; never goes back. */
    uint64_t (*now_ms)(void *ctx);
    /** Unix seconds, or 0 while the clock is not set. */
    int64_t (*wall_s)(void *ctx);
    /** Sleeps, other tasks run. May return early. False: the client is to stop; 0 ms only asks that. */
    bool (*sleep_ms)(void *ctx, uint32_t ms);
    uint32_t (*random)(void *ctx);
} ota_clock_port_t;

typedef enum {
    OTA_RESET_UNKNOWN = 0,
    OTA_RESET_POWER_ON,
    OTA_RESET_SOFTWARE,
    OTA_RESET_PANIC,
    OTA_RESET_TASK_WATCHDOG,
    OTA_RESET_INTERRUPT_WATCHDOG,
    OTA_RESET_OTHER_WATCHDOG,
    OTA_RESET_BROWNOUT,
    OTA_RESET_DEEP_SLEEP,
    OTA_RESET_EXTERNAL,
} ota_reset_t;

typedef struct {
    void *ctx;
    /** Why the chip was reset last. */
    ota_reset_t (*reset_reason)(void *ctx);
    /** Does not return on a device. */
    void (*restart)(void *ctx);
    /** Restarts in ms whatever the tasks are doing then (a timer of its own); once a boot. */
    ota_port_result_t (*arm_deadline)(void *ctx, uint32_t ms);
    void (*disarm_deadline)(void *ctx);
} ota_reboot_port_t;

typedef enum { OTA_LOG_ERROR = 0, OTA_LOG_WARN, OTA_LOG_INFO, OTA_LOG_DEBUG } ota_log_level_t;

typedef struct {
    void *ctx;
    /** One line without its end. */
    void (*line)(void *ctx, ota_log_level_t level, const char *text);
} ota_log_port_t;

typedef struct {
    ota_http_port_t http;
    ota_flash_port_t flash;
    ota_kv_port_t kv;
    ota_hash_port_t hash;
    ota_clock_port_t clock;
    ota_reboot_port_t reboot;
    ota_log_port_t log;
} ota_port_t;
