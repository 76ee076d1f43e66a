#pragma once

#include "esp_err.h"
#include "ota_types.h"
#include <stdbool.h>
#include <stdint.h>

/**
 * Over-the-air updates over HTTP(S) from an OTA server (contract A): check, download, verify, install, and confirm only what has
 * proved itself. One client a device. Functions return ESP_OK or an error of ota_err.h.
 */

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Zero in every field but the first three means its default. Strings must live as long as the client does. The first five stand in
 * this order since C++ wants initialisers in order.
 */
typedef struct {
    /** This device's number at the server, 0 to 2^53 - 1. */
    uint64_t device_id;
    /** What kind of device; the server offers firmware of this type only. NULL: CONFIG_OTA_DEVICE_TYPE. */
    const char *device_type;
    /** "https://ota.example.com", with a port or a path where needed. NULL: CONFIG_OTA_SERVER_URL. */
    const char *server_url;
    /** NULL: the version of the running image's esp_app_desc_t. */
    const char *current_version;
    /** 0: the number behind "+" in the running image's own version, if it has one; else builds are not told apart. */
    uint32_t current_build;

    /** The device's JWT; NULL for a server that asks for none. A renewed one is kept in NVS and used as long as this one stays. */
    const char *token;
    /** The server's CA in PEM, NUL-terminated. With neither this nor the next: the bundle, where CONFIG_OTA_CERT_BUNDLE is set. */
    const char *ca_pem;
    /** esp_crt_bundle_attach, to trust the certificate bundle in place of ca_pem. */
    esp_err_t (*crt_bundle_attach)(void *conf);

    /** Seconds between checks; 0: CONFIG_OTA_CHECK_INTERVAL_SEC (24 h). */
    uint32_t check_interval_s;
    /** Milliseconds without a byte after which a request is given up; 0: CONFIG_OTA_REQUEST_TIMEOUT_MS (30,000). */
    uint32_t request_timeout_ms;
    /** Milliseconds for a whole download with all its retries; what has come by then is kept, and continued later. 0: 30 minutes. */
    uint32_t download_timeout_ms;
    /** Waits are spread by so many percent; 0: 10; OTA_NONE: not at all. */
    uint32_t jitter_percent;
    /** The first check waits a random time up to so many milliseconds, so that a street after a power cut does not call at once.
     *  0: 30,000; OTA_NONE: none. */
    uint32_t first_check_spread_ms;
    /** Tries of one download in a row without progress; 0: 5; OTA_NONE: one. */
    uint32_t retry_max;
    /** First wait after a failure, doubled each time; 0: 1,000. */
    uint32_t retry_base_ms;
    /** Longest of these waits; 0: 15 minutes. */
    uint32_t retry_cap_ms;
    /** Longest wait that a Retry-After may ask for; 0: 24 h. */
    uint32_t retry_after_cap_s;
    /** Bytes of the buffer between network and flash, 1,024 to 65,536; 0: 4,096. */
    uint32_t buffer_size;
    /** How far a download goes before its place is stored for a reboot; 0: 65,536; OTA_NONE: never. */
    uint32_t resume_step_bytes;
    /** Redirects that one request follows; 0: 5; OTA_NONE: none. */
    uint32_t redirect_max;
    /** Seconds in which a new image must pass its self-test and reach the server, or it is rolled back; 0: 600. */
    uint32_t confirm_timeout_s;
    /** Take an older version when the server says that the running one was withdrawn. */
    bool allow_downgrade;

    /** Stack of ota_client_start()'s task in bytes; 0: CONFIG_OTA_TASK_STACK_SIZE. */
    uint32_t task_stack_size;
    /** Its priority; 0: CONFIG_OTA_TASK_PRIORITY. */
    uint32_t task_priority;

    /** Bytes of the file that are in flash, of so many. Called from the client's task. */
    void (*on_progress)(uint32_t done, uint32_t total, void *user);
    /** Called from the client's task on each change of state and each error. */
    void (*on_event)(const ota_event_t *event, void *user);
    /** Whether the running image works, asked once after an update; ESP_OK keeps it. NULL: reaching the server is the test. */
    esp_err_t (*self_test)(void *user);
    /** Handed to the callbacks. */
    void *user;
} ota_config_t;

/**
 * Starts the client in a task of its own, which confirms a new image or rolls it back, then checks every check_interval_s and
 * installs what it finds. The device restarts by itself when an update is in place. Returns OTA_ERR_CONFIG, OTA_ERR_STATE when it
 * runs already, OTA_ERR_NO_MEMORY.
 */
esp_err_t ota_client_start(const ota_config_t *config);

/** Ends the task at the next point where that is safe and waits for it. Returns OTA_ERR_STATE when none runs. */
esp_err_t ota_client_stop(void);

/** Lets the running task check now. Returns OTA_ERR_STATE when none runs. */
esp_err_t ota_client_check_now(void);

/**
 * Forgets everything the client keeps in NVS: renewed token, failed versions, undelivered reports, the place of a download. Not
 * while the task runs (OTA_ERR_STATE); OTA_ERR_STORE when NVS refuses.
 */
esp_err_t ota_client_factory_reset(void);

/**
 * One round in the caller's task: confirms a new image, delivers reports, checks, and installs what is offered; then the device
 * restarts and this does not return. OTA_ERR_NO_UPDATE is the ordinary answer; any other error says what went wrong. Blocks
 * for as long as that takes.
 */
esp_err_t ota_check_and_update(const ota_config_t *config);

/** Asks the server. ESP_OK with *update filled in, OTA_ERR_NO_UPDATE, or what went wrong (network, TLS, answer, auth). */
esp_err_t ota_check_for_updates(const ota_config_t *config, ota_update_t *update);

/**
 * Downloads, verifies and installs; restarts the device, and so returns only on failure. An interrupted download goes on from where
 * it was when the same update is asked for again.
 */
esp_err_t ota_download_and_install(const ota_config_t *config, const ota_update_t *update);

/**
 * Tells the server how an update goes. `status` is one of pending, downloading, installing, success, failed, rolled_back; `error`
 * may be NULL. One that cannot be delivered now is queued in NVS where it is final (success, failed, rolled_back), and ESP_OK is
 * returned; else the network's error.
 */
esp_err_t ota_report_status(const ota_config_t *config, const ota_update_t *update, const char *status, uint32_t bytes_downloaded,
                            const char *error);

#ifdef __cplusplus
}
#endif
