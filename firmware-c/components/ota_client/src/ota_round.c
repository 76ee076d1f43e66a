#include "ota_engine.h"

#include "ota_backoff.h"

int ota_core_check(ota_core_t *core, ota_update_t *update) {
    ota_token_tend(core);
    const int err = ota_check(core);
    if (err == OTA_OK && update != NULL) *update = core->offer;
    return err;
}

static int check(ota_core_t *core) {
    ota_enter(core, OTA_STATE_CHECK);
    return ota_core_check(core, NULL);
}

/** An offer was taken up in this round, and ended without a restart. */
static bool was_bringing(ota_state_t state) { return state >= OTA_STATE_PLAN && state <= OTA_STATE_INSTALL; }

/** Reports of this round's failure, without touching where it failed and what the server asked of the round itself. */
static void deliver_aside(ota_core_t *core) {
    const ota_state_t failed_in = core->state;
    const uint32_t asked_wait_ms = core->asked_wait_ms;
    (void)ota_report_deliver(core);
    core->state = failed_in;
    core->asked_wait_ms = asked_wait_ms;
}

int ota_core_round(ota_core_t *core) {
    core->asked_wait_ms = 0;
    int err = ota_core_settle(core);
    if (err != OTA_OK) return err;
    // Reports come first, so that the server hears of a rollback before it is asked for the same version; where they fail, the check may still pass.
    (void)ota_report_deliver(core);
    err = check(core);
    if (err == OTA_OK) err = ota_core_install(core, &core->offer);
    if (err == OTA_ERR_AUTH && core->state == OTA_STATE_DOWNLOAD) {
        // The link ended under way; a new check brings a new one, and the download goes on where it was.
        err = check(core);
        if (err == OTA_OK) err = ota_core_install(core, &core->offer);
    }
    if (was_bringing(core->state)) deliver_aside(core);
    return err;
}

/** Errors that the next offer may change, but not time alone. */
static bool is_settled_for_now(int err) {
    return err == OTA_OK || err == OTA_ERR_NO_UPDATE || err == OTA_ERR_GIVEN_UP || err == OTA_ERR_DOWNGRADE ||
           err == OTA_ERR_SAME_IMAGE || err == OTA_ERR_SIZE;
}

uint32_t ota_core_wait_after(ota_core_t *core, int result) {
    const ota_core_config_t *config = &core->config;
    const uint32_t interval_ms = config->check_interval_s * 1000u;
    if (is_settled_for_now(result)) {
        core->failures = 0;
        return ota_jitter_ms(interval_ms, config->jitter_percent, core->port->clock.random(core->port->clock.ctx));
    }
    // Patience that was asked for is no failure, and is not cut short by the interval.
    if (result == OTA_ERR_BUSY && core->asked_wait_ms > 0) return ota_next_wait_ms(core, result, 1);
    core->failures++;
    const uint32_t wait_ms = ota_retry_wait_ms(core, core->failures);
    if (wait_ms < interval_ms) return wait_ms;
    // Cut to the same length, the waits of a whole fleet would end together.
    return ota_jitter_sooner_ms(interval_ms, config->jitter_percent, core->port->clock.random(core->port->clock.ctx));
}

int ota_core_run(ota_core_t *core) {
    const ota_clock_port_t *clock = &core->port->clock;
    const uint32_t spread = core->config.first_check_spread_ms;
    int err = ota_core_settle(core);
    // A new image proves itself at once; only an ordinary first check waits.
    if (err == OTA_OK && spread > 0 && !clock->sleep_ms(clock->ctx, clock->random(clock->ctx) % spread)) return OTA_ERR_STOPPED;
    for (;;) {
        err = ota_core_round(core);
        if (err == OTA_ERR_STOPPED) return err;
        const uint32_t wait_ms = ota_core_wait_after(core, err);
        ota_failed(core, err, wait_ms);
        ota_enter(core, OTA_STATE_IDLE);
        if (!clock->sleep_ms(clock->ctx, wait_ms)) return OTA_ERR_STOPPED;
    }
}
