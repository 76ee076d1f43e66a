#include "ota_types.h"

#define NAME(code) \
    case code: return #code

const char *ota_err_name(int err) {
    switch (err) {
        NAME(OTA_OK);
        NAME(OTA_ERR_NO_UPDATE);
        NAME(OTA_ERR_CONFIG);
        NAME(OTA_ERR_UNCONFIRMED);
        NAME(OTA_ERR_CONNECT);
        NAME(OTA_ERR_TLS);
        NAME(OTA_ERR_TIMEOUT);
        NAME(OTA_ERR_DROPPED);
        NAME(OTA_ERR_PROTOCOL);
        NAME(OTA_ERR_HTTP_STATUS);
        NAME(OTA_ERR_BUSY);
        NAME(OTA_ERR_AUTH);
        NAME(OTA_ERR_PORTAL);
        NAME(OTA_ERR_REDIRECT);
        NAME(OTA_ERR_TOO_LONG);
        NAME(OTA_ERR_ANSWER);
        NAME(OTA_ERR_SIZE);
        NAME(OTA_ERR_DOWNGRADE);
        NAME(OTA_ERR_GIVEN_UP);
        NAME(OTA_ERR_SAME_IMAGE);
        NAME(OTA_ERR_IMAGE_CHIP);
        NAME(OTA_ERR_IMAGE_PROJECT);
        NAME(OTA_ERR_IMAGE_VERSION);
        NAME(OTA_ERR_IMAGE_SECURE_VERSION);
        NAME(OTA_ERR_IMAGE_INVALID);
        NAME(OTA_ERR_HASH);
        NAME(OTA_ERR_FLASH);
        NAME(OTA_ERR_STORE);
        NAME(OTA_ERR_DIGEST);
        NAME(OTA_ERR_SELF_TEST);
        NAME(OTA_ERR_STOPPED);
        NAME(OTA_ERR_STATE);
        NAME(OTA_ERR_NO_MEMORY);
        default: return "OTA_ERR_UNKNOWN";
    }
}

const char *ota_state_name(ota_state_t state) {
    switch (state) {
        case OTA_STATE_IDLE: return "idle";
        case OTA_STATE_CHECK: return "check";
        case OTA_STATE_PLAN: return "plan";
        case OTA_STATE_DOWNLOAD: return "download";
        case OTA_STATE_VERIFY: return "verify";
        case OTA_STATE_INSTALL: return "install";
        case OTA_STATE_REBOOT: return "reboot";
        case OTA_STATE_SELF_TEST: return "self-test";
        case OTA_STATE_CONFIRM: return "confirm";
        case OTA_STATE_REPORT: return "report";
        default: return "unknown";
    }
}
