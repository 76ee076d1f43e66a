#pragma once

/**
 * Every error of the client, in a range of its own; success is 0 (ESP_OK). The core and the public functions use the same numbers,
 * so an esp_err_t returned by ota_client.h is 0, one of these, or ESP_ERR_NO_MEM.
 */

#ifdef __cplusplus
extern "C" {
#endif

#define OTA_ERR_BASE 0x1A000

enum {
    OTA_OK = 0,
    /** No update: the server has none. The ordinary answer of a check. */
    OTA_ERR_NO_UPDATE = OTA_ERR_BASE + 1,
    /** A field of the configuration is missing or out of range; the log names it. */
    OTA_ERR_CONFIG = OTA_ERR_BASE + 2,
    /** The running image is not confirmed yet: another update now would overwrite the only image to fall back to. */
    OTA_ERR_UNCONFIRMED = OTA_ERR_BASE + 3,
    /** No connection: no network, no such host, refused. */
    OTA_ERR_CONNECT = OTA_ERR_BASE + 4,
    /** TLS refused the server: certificate expired, wrong name, unknown CA, clock not set, or no CA configured. */
    OTA_ERR_TLS = OTA_ERR_BASE + 5,
    /** Nothing came for request_timeout_ms, or the whole took longer than its limit. */
    OTA_ERR_TIMEOUT = OTA_ERR_BASE + 6,
    /** The connection broke before everything had come. */
    OTA_ERR_DROPPED = OTA_ERR_BASE + 7,
    /** What came is not the HTTP that was asked for: a wrong range, a length other than was offered, a packed body, no HTTP at all. */
    OTA_ERR_PROTOCOL = OTA_ERR_BASE + 8,
    /** The server answered with a status that is neither success nor one of those named here. */
    OTA_ERR_HTTP_STATUS = OTA_ERR_BASE + 9,
    /** 429 or 503: the server asks for patience. A wait, not a failure. */
    OTA_ERR_BUSY = OTA_ERR_BASE + 10,
    /** 401, and the token could not be renewed; or 403: the token is not this device's. */
    OTA_ERR_AUTH = OTA_ERR_BASE + 11,
    /** A login page of the network answered in the server's place. */
    OTA_ERR_PORTAL = OTA_ERR_BASE + 12,
    /** Too many redirects, one without a place to go, or one that leads from HTTPS to HTTP. */
    OTA_ERR_REDIRECT = OTA_ERR_BASE + 13,
    /** An address, header or answer longer than the buffers. */
    OTA_ERR_TOO_LONG = OTA_ERR_BASE + 14,
    /** The server's answer is not the JSON of the contract. */
    OTA_ERR_ANSWER = OTA_ERR_BASE + 15,
    /** The offered image is larger than the slot, or too small to be one. */
    OTA_ERR_SIZE = OTA_ERR_BASE + 16,
    /** The offered version is not newer than the running one, and allow_downgrade is not set. */
    OTA_ERR_DOWNGRADE = OTA_ERR_BASE + 17,
    /** This version failed twice on this device; it is not tried again. */
    OTA_ERR_GIVEN_UP = OTA_ERR_BASE + 18,
    /** The offered image is the one that runs: current_version in the configuration is not what the image is. */
    OTA_ERR_SAME_IMAGE = OTA_ERR_BASE + 19,
    /** No application image for this chip: wrong magic, chip id, or a revision outside its range. */
    OTA_ERR_IMAGE_CHIP = OTA_ERR_BASE + 20,
    /** The image's project is another than the running one's. */
    OTA_ERR_IMAGE_PROJECT = OTA_ERR_BASE + 21,
    /** The image's own version is another than was offered. */
    OTA_ERR_IMAGE_VERSION = OTA_ERR_BASE + 22,
    /** The image's secure_version is below the chip's eFuse. */
    OTA_ERR_IMAGE_SECURE_VERSION = OTA_ERR_BASE + 23,
    /** No whole image: the header cannot be one, or ESP-IDF's verification refused it. */
    OTA_ERR_IMAGE_INVALID = OTA_ERR_BASE + 24,
    /** The SHA-256 of the file is another than the server's. */
    OTA_ERR_HASH = OTA_ERR_BASE + 25,
    /** A flash operation failed, or there is no slot to write to. */
    OTA_ERR_FLASH = OTA_ERR_BASE + 26,
    /** The client's state could not be stored (NVS). */
    OTA_ERR_STORE = OTA_ERR_BASE + 27,
    /** The SHA-256 engine failed. */
    OTA_ERR_DIGEST = OTA_ERR_BASE + 28,
    /** The self-test callback refused the running image. */
    OTA_ERR_SELF_TEST = OTA_ERR_BASE + 29,
    /** ota_client_stop() was called. */
    OTA_ERR_STOPPED = OTA_ERR_BASE + 30,
    /** Called in a state where it makes no sense, such as starting twice. */
    OTA_ERR_STATE = OTA_ERR_BASE + 31,
    /** Out of memory. */
    OTA_ERR_NO_MEMORY = OTA_ERR_BASE + 32,
    OTA_ERR_LAST = OTA_ERR_NO_MEMORY
};

/** "OTA_ERR_HASH" and so on; "OTA_OK" for 0, "OTA_ERR_UNKNOWN" for a number that is none of these. Never NULL. */
const char *ota_err_name(int err);

#ifdef __cplusplus
}
#endif
