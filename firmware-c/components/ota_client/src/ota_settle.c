#include "ota_engine.h"

#include "ota_ledger.h"
#include "ota_reports.h"
#include "ota_text.h"
#include <string.h>

/**
 * After a boot: is this a new image on trial, an old one after a rollback, or neither? What the images tell each other stands in the
 * trial record; what the bootloader did, in the slots' states.
 */

static void save(ota_core_t *core) {
    if (ota_record_save(&core->port->kv, &core->record) == OTA_OK) return;
    ota_say(core, OTA_LOG_WARN, "the state could not be stored", NULL, NULL);
}

/** Told beforehand, since nothing can be told by an image that crashes or hangs. */
static void enter_stage(ota_core_t *core, ota_trial_stage_t stage) {
    if (core->record.trial.stage == OTA_TRIAL_NONE) return;
    core->record.trial.stage = stage;
    save(core);
}

static void queue(ota_core_t *core, ota_status_t status, const char *why, const char *reset) {
    const ota_trial_t *trial = &core->record.trial;
    ota_report_t report = {status, trial->firmware_id, trial->log_id, trial->file_size, ""};
    ota_text_t text;
    ota_text_start(&text, report.text, sizeof report.text);
    ota_text_add(&text, why);
    if (reset != NULL) {
        ota_text_add(&text, "; reset: ");
        ota_text_add(&text, reset);
    }
    ota_reports_queue(&core->record, &report);
}

static const char *reset_name(ota_reset_t reset) {
    switch (reset) {
        case OTA_RESET_POWER_ON: return "power on";
        case OTA_RESET_SOFTWARE: return "software";
        case OTA_RESET_PANIC: return "panic";
        case OTA_RESET_TASK_WATCHDOG: return "task watchdog";
        case OTA_RESET_INTERRUPT_WATCHDOG: return "interrupt watchdog";
        case OTA_RESET_OTHER_WATCHDOG: return "watchdog";
        case OTA_RESET_BROWNOUT: return "brownout";
        case OTA_RESET_DEEP_SLEEP: return "deep sleep";
        case OTA_RESET_EXTERNAL: return "external";
        default: return "unknown";
    }
}

/** Why an image on trial did not stay, from the last it said and what reset the chip. */
static const char *cause_of(uint32_t stage, ota_reset_t reset) {
    if (stage == OTA_TRIAL_REFUSED) return "its self-test failed";
    if (stage == OTA_TRIAL_UNREACHED) return "it could not reach the server";
    switch (reset) {
        case OTA_RESET_PANIC: return "it crashed before it was confirmed";
        case OTA_RESET_TASK_WATCHDOG:
        case OTA_RESET_INTERRUPT_WATCHDOG:
        case OTA_RESET_OTHER_WATCHDOG: return "it hung before it was confirmed";
        case OTA_RESET_POWER_ON: return "the power went before it was confirmed";
        case OTA_RESET_BROWNOUT: return "the supply broke down before it was confirmed";
        default: break;
    }
    if (stage == OTA_TRIAL_TESTING) return "it hung in its self-test";
    if (stage == OTA_TRIAL_REACHING) return "it could not reach the server";
    return "it did not come to its self-test";
}

/** The trial is over: the record forgets it, in the same write as what follows from it. */
static void close_trial(ota_core_t *core) {
    memset(&core->record.trial, 0, sizeof core->record.trial);
    save(core);
    core->settled = true;
}

/** The old image runs though a new one was to. */
static void judge_lost(ota_core_t *core) {
    const ota_flash_port_t *flash = &core->port->flash;
    const ota_trial_t *trial = &core->record.trial;
    const ota_reset_t reset = core->port->reboot.reset_reason(core->port->reboot.ctx);
    const ota_slot_state_t state = flash->slot_state(flash->ctx, trial->slot);
    const bool ran = trial->stage > OTA_TRIAL_SWITCHING || state != OTA_SLOT_NONE;
    if (!ran) {
        // A power cut fell just before the switch, or the bootloader keeps no states and refused the image.
        ota_ledger_add(&core->record, trial->sha256, OTA_FAILURE_DOUBTFUL);
        ota_say(core, OTA_LOG_WARN, "the switch to ", trial->version, " did not take place");
    } else {
        const char *cause = cause_of(trial->stage, reset);
        // Who pulls the plug in the first minutes says nothing of the version.
        const bool unplugged = reset == OTA_RESET_POWER_ON && trial->stage < OTA_TRIAL_REFUSED;
        ota_ledger_add(&core->record, trial->sha256, unplugged ? OTA_FAILURE_DOUBTFUL : OTA_FAILURE_CLEAR);
        queue(core, OTA_STATUS_ROLLED_BACK, cause, reset_name(reset));
        ota_say(core, OTA_LOG_WARN, trial->version, " was rolled back: ", cause);
    }
    close_trial(core);
}

/** The new image stays. Every step may be cut by the power and is then done again: the trial is closed last. */
static void finish_confirmed(ota_core_t *core) {
    const ota_trial_t *trial = &core->record.trial;
    if (trial->stage != OTA_TRIAL_NONE) {
        queue(core, OTA_STATUS_SUCCESS, "", NULL);
        ota_ledger_forgive(&core->record, trial->sha256);
        core->record.installed_slot = trial->slot;
        core->record.installed_print = core->running.print;
        memcpy(core->record.installed_sha256, trial->sha256, sizeof trial->sha256);
        ota_say(core, OTA_LOG_INFO, trial->version, " is confirmed", NULL);
    }
    ota_resume_erase(&core->port->kv);
    close_trial(core);
}

/** Does not return on a device. */
static int give_up_running(ota_core_t *core, ota_trial_stage_t stage, int err) {
    const ota_flash_port_t *flash = &core->port->flash;
    enter_stage(core, stage);
    ota_failed(core, err, 0);
    if (flash->roll_back(flash->ctx) != OTA_PORT_OK) {
        ota_say(core, OTA_LOG_ERROR, "there is no image to roll back to", NULL, NULL);
        core->port->reboot.restart(core->port->reboot.ctx);
    }
    return err;
}

/** Waits until the server answers a check: an image that cannot reach it could never be updated again. */
static int reach_server(ota_core_t *core, uint64_t end_ms) {
    const ota_clock_port_t *clock = &core->port->clock;
    const uint32_t longest = core->config.confirm_timeout_s * 125u; // an eighth: a long Retry-After must not use up all the time
    for (uint32_t failures = 1;; failures++) {
        const int err = ota_core_check(core, NULL);
        if (err == OTA_OK || err == OTA_ERR_NO_UPDATE) return OTA_OK;
        uint32_t wait_ms = ota_next_wait_ms(core, err, failures);
        if (wait_ms > longest) wait_ms = longest;
        if (wait_ms >= ota_left_ms(core, end_ms)) return err;
        ota_failed(core, err, wait_ms);
        if (!clock->sleep_ms(clock->ctx, wait_ms)) return OTA_ERR_STOPPED;
    }
}

static int confirm(ota_core_t *core) {
    const ota_flash_port_t *flash = &core->port->flash;
    ota_enter(core, OTA_STATE_CONFIRM);
    if (flash->mark_valid(flash->ctx) != OTA_PORT_OK) return OTA_ERR_FLASH; // tried again until the deadline decides
    core->port->reboot.disarm_deadline(core->port->reboot.ctx);
    finish_confirmed(core);
    return OTA_OK;
}

static int try_running(ota_core_t *core) {
    const ota_core_config_t *config = &core->config;
    const uint32_t limit_ms = config->confirm_timeout_s * 1000u;
    if (core->confirm_end_ms == 0) {
        core->confirm_end_ms = core->port->clock.now_ms(core->port->clock.ctx) + limit_ms;
        if (core->port->reboot.arm_deadline(core->port->reboot.ctx, limit_ms) != OTA_PORT_OK) {
            ota_say(core, OTA_LOG_WARN, "no timer for the deadline", NULL, NULL);
        }
    }
    if (!core->self_tested) {
        enter_stage(core, OTA_TRIAL_TESTING);
        ota_enter(core, OTA_STATE_SELF_TEST);
        if (config->self_test != NULL && !config->self_test(config->user)) {
            return give_up_running(core, OTA_TRIAL_REFUSED, OTA_ERR_SELF_TEST);
        }
        core->self_tested = true;
        enter_stage(core, OTA_TRIAL_REACHING);
    }
    const int err = reach_server(core, core->confirm_end_ms);
    if (err == OTA_ERR_STOPPED) return err;
    if (err != OTA_OK) return give_up_running(core, OTA_TRIAL_UNREACHED, err);
    return confirm(core);
}

/** An image that was to be rolled back runs again, since there is no other: better kept than restarted for ever. */
static int keep_for_want_of_another(ota_core_t *core) {
    const ota_flash_port_t *flash = &core->port->flash;
    const uint32_t stage = core->record.trial.stage;
    const ota_reset_t reset = core->port->reboot.reset_reason(core->port->reboot.ctx);
    queue(core, OTA_STATUS_FAILED, cause_of(stage, reset), reset_name(reset));
    ota_ledger_add(&core->record, core->record.trial.sha256, OTA_FAILURE_CLEAR);
    ota_say(core, OTA_LOG_ERROR, core->record.trial.version, " failed, but there is no other image", NULL);
    (void)flash->mark_valid(flash->ctx);
    close_trial(core);
    return OTA_OK;
}

int ota_core_settle(ota_core_t *core) {
    const ota_flash_port_t *flash = &core->port->flash;
    ota_flash_facts_t facts;
    if (core->settled) return OTA_OK;
    if (flash->facts(flash->ctx, &facts) != OTA_PORT_OK) return OTA_ERR_FLASH;
    const ota_trial_t *trial = &core->record.trial;
    const bool on_trial = trial->stage != OTA_TRIAL_NONE && trial->slot == facts.running_slot;
    if (facts.running_state == OTA_SLOT_PENDING) {
        if (!on_trial) memset(&core->record.trial, 0, sizeof core->record.trial); // another updater brought this image
        return try_running(core);
    }
    if (!on_trial) {
        if (trial->stage != OTA_TRIAL_NONE) judge_lost(core);
        core->settled = true;
        return OTA_OK;
    }
    if (facts.running_state == OTA_SLOT_VALID) {
        finish_confirmed(core); // the power went between the mark and the record
        return OTA_OK;
    }
    const bool rejected = facts.running_state == OTA_SLOT_ABORTED || facts.running_state == OTA_SLOT_INVALID;
    if (rejected || trial->stage >= OTA_TRIAL_REFUSED) return keep_for_want_of_another(core);
    ota_say(core, OTA_LOG_WARN, "the bootloader has no rollback: this image cannot be undone", NULL, NULL);
    return try_running(core);
}
