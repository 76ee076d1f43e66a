#pragma once

#include "ota_port.h"

/**
 * What survives a reboot. Two values in the store: `state`, small and written at turning points, in one piece so that a power cut
 * never leaves half a turn; and `resume`, written as a download goes on. Old and new images read each other's records, so both begin
 * with a number for their form, and one of another form or size counts as missing.
 */

/** How far an update has come, told to the image that boots next. */
typedef enum {
    OTA_TRIAL_NONE = 0,
    /** The image is whole in flash and about to be chosen for boot. */
    OTA_TRIAL_SWITCHING,
    /** The new image runs and its self-test has begun. */
    OTA_TRIAL_TESTING,
    /** The self-test passed; the server is to be reached. */
    OTA_TRIAL_REACHING,
    /** The self-test refused the image. */
    OTA_TRIAL_REFUSED,
    /** The server could not be reached in time. */
    OTA_TRIAL_UNREACHED,
} ota_trial_stage_t;

typedef struct {
    uint32_t stage;
    uint32_t slot;
    uint32_t firmware_id;
    uint32_t log_id;
    uint32_t file_size;
    uint8_t sha256[32];
    char version[OTA_VERSION_SIZE];
} ota_trial_t;

/** A version that failed here, by its file. */
typedef struct {
    uint8_t sha256[32];
    uint32_t failures;
} ota_failed_t;

/** Longest text of a report, with its NUL. */
#define OTA_REPORT_TEXT_SIZE 120

/** The server's words for how an update goes. */
typedef enum {
    OTA_STATUS_NONE = 0,
    OTA_STATUS_PENDING,
    OTA_STATUS_DOWNLOADING,
    OTA_STATUS_INSTALLING,
    OTA_STATUS_SUCCESS,
    OTA_STATUS_FAILED,
    OTA_STATUS_ROLLED_BACK,
} ota_status_t;

typedef struct {
    uint32_t status;
    uint32_t firmware_id;
    uint32_t log_id;
    uint32_t bytes;
    char text[OTA_REPORT_TEXT_SIZE];
} ota_report_t;

/** Versions remembered as failed; the one that failed longest ago makes room. */
#define OTA_LEDGER_SIZE 4
/** Reports that wait; when full the oldest makes room. */
#define OTA_REPORTS_SIZE 4

typedef struct {
    uint32_t form;
    ota_trial_t trial;
    /**
     * The file that runs, where an update brought it: slot, fingerprint of its first 288 bytes (a cable may have changed it since),
     * and SHA-256. Slot 0: not known.
     */
    uint32_t installed_slot;
    uint32_t installed_print;
    uint8_t installed_sha256[32];
    /** Newest first. */
    ota_failed_t ledger[OTA_LEDGER_SIZE];
    /** Oldest first; the first NONE ends them. */
    ota_report_t reports[OTA_REPORTS_SIZE];
} ota_record_t;

typedef struct {
    uint32_t form;
    uint32_t slot;
    uint32_t firmware_id;
    uint32_t file_size;
    uint8_t sha256[32];
    /** Bytes that are in flash for certain: a multiple of the sector. */
    uint32_t offset;
    /** Strong ETag of the file, with quotes; "": none. */
    char etag[OTA_ETAG_SIZE];
} ota_resume_t;

/** Reads the state; what is missing, torn or of another form is empty. */
void ota_record_load(const ota_kv_port_t *kv, ota_record_t *record);

/** OTA_ERR_STORE when the store refuses. */
int ota_record_save(const ota_kv_port_t *kv, ota_record_t *record);

/** False where there is none that can be used. */
bool ota_resume_load(const ota_kv_port_t *kv, ota_resume_t *resume);

/** OTA_ERR_STORE when the store refuses. */
int ota_resume_save(const ota_kv_port_t *kv, ota_resume_t *resume);

void ota_resume_erase(const ota_kv_port_t *kv);
