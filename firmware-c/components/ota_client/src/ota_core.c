#include "ota_engine.h"

#include "ota_backoff.h"
#include "ota_image.h"
#include "ota_jwt.h"
#include "ota_text.h"
#include "ota_url.h"
#include "ota_version.h"
#include <string.h>

#define DEVICE_ID_MAX ((1ull << 53) - 1)
#define BUFFER_MIN 1024u
/** Flash is programmed by pages: whole ones are cheapest. */
#define PAGE_SIZE 256u

static uint32_t or_default(uint32_t value, uint32_t fallback) { return value == 0 ? fallback : value; }
static uint32_t or_none(uint32_t value, uint32_t fallback, uint32_t none) {
    return value == OTA_NONE ? none : or_default(value, fallback);
}

static void fill_in(ota_core_config_t *config) {
    config->check_interval_s = or_default(config->check_interval_s, 24 * 3600);
    config->request_timeout_ms = or_default(config->request_timeout_ms, 30000);
    config->download_timeout_ms = or_default(config->download_timeout_ms, 30 * 60 * 1000);
    config->jitter_percent = or_none(config->jitter_percent, 10, 0);
    config->first_check_spread_ms = or_none(config->first_check_spread_ms, 30000, 0);
    config->retry_max = or_none(config->retry_max, 5, 1);
    config->retry_base_ms = or_default(config->retry_base_ms, 1000);
    config->retry_cap_ms = or_default(config->retry_cap_ms, 15 * 60 * 1000);
    config->retry_after_cap_s = or_default(config->retry_after_cap_s, 24 * 3600);
    config->resume_step_bytes = or_default(config->resume_step_bytes, 65536);
    config->redirect_max = or_none(config->redirect_max, 5, 0);
    config->confirm_timeout_s = or_default(config->confirm_timeout_s, 600);
    if (config->token != NULL && config->token[0] == '\0') config->token = NULL;
    config->buffer_size = config->buffer_size / PAGE_SIZE * PAGE_SIZE;
}

/** The name of the field that is wrong; NULL when all are right. */
static const char *wrong_field(const ota_core_config_t *config) {
    const char *type = config->device_type;
    if (config->device_id > DEVICE_ID_MAX) return "device_id";
    if (type == NULL || type[0] == '\0' || strlen(type) > 64) return "device_type";
    if (config->server_url == NULL || !ota_url_valid(config->server_url) || strlen(config->server_url) > 200 ||
        strpbrk(config->server_url, "?#") != NULL) {
        return "server_url";
    }
    if (config->token != NULL && (strlen(config->token) >= OTA_TOKEN_SIZE || !ota_jwt_sendable(config->token))) return "token";
    if (config->current_version != NULL && strlen(config->current_version) >= OTA_VERSION_SIZE) return "current_version";
    if (config->buffer == NULL || config->buffer_size < BUFFER_MIN) return "buffer_size";
    if (config->confirm_timeout_s > 86400) return "confirm_timeout_s";
    if (config->check_interval_s > 4000000) return "check_interval_s";
    return NULL;
}

/** FNV-1a. */
static uint32_t fingerprint(const uint8_t *bytes, size_t len) {
    uint32_t hash = 0x811C9DC5u;
    for (size_t i = 0; i < len; i++) hash = (hash ^ bytes[i]) * 0x01000193u;
    return hash;
}

/** What the running image says of itself is what the next one must fit. */
static int read_running(ota_core_t *core) {
    const ota_flash_port_t *flash = &core->port->flash;
    ota_flash_facts_t facts;
    ota_image_t image;
    if (flash->facts(flash->ctx, &facts) != OTA_PORT_OK) return OTA_ERR_FLASH;
    if (flash->read(flash->ctx, facts.running_slot, 0, core->config.buffer, OTA_IMAGE_HEAD_SIZE) != OTA_PORT_OK) {
        return OTA_ERR_FLASH;
    }
    const int err = ota_image_parse(core->config.buffer, &image);
    if (err != OTA_OK) return err;
    core->running.chip_id = image.chip_id;
    core->running.secure_version = image.secure_version;
    core->running.print = fingerprint(core->config.buffer, OTA_IMAGE_HEAD_SIZE);
    memcpy(core->running.version, image.version, sizeof image.version);
    memcpy(core->running.project, image.project, sizeof image.project);
    return OTA_OK;
}

static void settle_version(ota_core_t *core) {
    ota_version_t own;
    const char *configured = core->config.current_version;
    (void)ota_text_copy(core->version, sizeof core->version, configured != NULL ? configured : core->running.version);
    core->build = core->config.current_build;
    core->build_known = core->build != 0;
    if (core->build_known || !ota_version_parse(core->version, &own) || !own.has_build) return;
    core->build = own.build;
    core->build_known = true;
}

int ota_core_init(ota_core_t *core, const ota_core_config_t *config, const ota_port_t *port) {
    memset(core, 0, sizeof *core);
    core->config = *config;
    core->port = port;
    fill_in(&core->config);
    const char *wrong = wrong_field(&core->config);
    if (wrong != NULL) {
        ota_say(core, OTA_LOG_ERROR, "configuration: ", wrong, " is missing or out of range");
        return OTA_ERR_CONFIG;
    }
    const int err = read_running(core);
    if (err != OTA_OK) return err;
    settle_version(core);
    ota_record_load(&port->kv, &core->record);
    ota_token_load(core);
    return OTA_OK;
}

int ota_core_forget(ota_core_t *core) {
    const ota_kv_port_t *kv = &core->port->kv;
    if (kv->erase_all(kv->ctx) != OTA_PORT_OK) return OTA_ERR_STORE;
    memset(&core->record, 0, sizeof core->record);
    core->token[0] = '\0';
    ota_token_load(core);
    return OTA_OK;
}
