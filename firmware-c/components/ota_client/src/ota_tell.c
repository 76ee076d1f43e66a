#include "ota_engine.h"

#include "ota_backoff.h"
#include "ota_text.h"

void ota_say(const ota_core_t *core, ota_log_level_t level, const char *a, const char *b, const char *c) {
    char line[192];
    ota_text_t text;
    const ota_log_port_t *log = &core->port->log;
    ota_text_start(&text, line, sizeof line);
    ota_text_add(&text, a);
    if (b != NULL) ota_text_add(&text, b);
    if (b != NULL && c != NULL) ota_text_add(&text, c);
    log->line(log->ctx, level, line);
}

/** While an image is on trial the server may offer the next one already: what is confirmed is what runs. */
static const char *version_of(const ota_core_t *core) {
    const bool on_trial = core->state == OTA_STATE_SELF_TEST || core->state == OTA_STATE_CONFIRM;
    return on_trial ? core->version : core->offer.version;
}

static void tell(const ota_core_t *core, int err, uint32_t wait_ms) {
    if (core->config.on_event == NULL) return;
    const ota_event_t event = {core->state, err, version_of(core), wait_ms};
    core->config.on_event(&event, core->config.user);
}

void ota_enter(ota_core_t *core, ota_state_t state) {
    core->state = state;
    ota_say(core, OTA_LOG_DEBUG, "state ", ota_state_name(state), NULL);
    tell(core, OTA_OK, 0);
}

void ota_failed(const ota_core_t *core, int err, uint32_t wait_ms) {
    char rest[64];
    ota_text_t text;
    ota_text_start(&text, rest, sizeof rest);
    ota_text_add(&text, ota_err_name(err));
    if (wait_ms > 0) {
        ota_text_add(&text, ", next try in ");
        ota_text_add_u64(&text, (wait_ms + 999u) / 1000u);
        ota_text_add(&text, " s");
    }
    const bool ordinary = err == OTA_ERR_NO_UPDATE || err == OTA_ERR_BUSY;
    ota_say(core, ordinary ? OTA_LOG_INFO : OTA_LOG_WARN, ota_state_name(core->state), ": ", rest);
    tell(core, err, wait_ms);
}

uint32_t ota_left_ms(const ota_core_t *core, uint64_t end_ms) {
    const uint64_t now = core->port->clock.now_ms(core->port->clock.ctx);
    if (now >= end_ms) return 0;
    return end_ms - now > UINT32_MAX ? UINT32_MAX : (uint32_t)(end_ms - now);
}

uint32_t ota_retry_wait_ms(const ota_core_t *core, uint32_t failures) {
    const ota_core_config_t *config = &core->config;
    const uint32_t ms = ota_backoff_ms(failures, config->retry_base_ms, config->retry_cap_ms);
    return ota_jitter_ms(ms, config->jitter_percent, core->port->clock.random(core->port->clock.ctx));
}

uint32_t ota_next_wait_ms(const ota_core_t *core, int err, uint32_t failures) {
    if (err != OTA_ERR_BUSY || core->asked_wait_ms == 0) return ota_retry_wait_ms(core, failures);
    const uint32_t chance = core->port->clock.random(core->port->clock.ctx);
    return ota_jitter_later_ms(core->asked_wait_ms, core->config.jitter_percent, chance);
}
