#include "ota_engine.h"

#include "ota_ledger.h"
#include "ota_reports.h"
#include "ota_text.h"
#include <string.h>

/** Whether an error is the version's fault, and will come again with the same bytes. */
static bool blames_version(int err) {
    switch (err) {
        case OTA_ERR_IMAGE_CHIP:
        case OTA_ERR_IMAGE_PROJECT:
        case OTA_ERR_IMAGE_VERSION:
        case OTA_ERR_IMAGE_SECURE_VERSION:
        case OTA_ERR_IMAGE_INVALID:
        case OTA_ERR_HASH: return true;
        default: return false;
    }
}

/** What the server should know, since it ends this offer; a network that fails ends nothing. */
static bool worth_reporting(int err) {
    return blames_version(err) || err == OTA_ERR_SIZE || err == OTA_ERR_DOWNGRADE || err == OTA_ERR_GIVEN_UP ||
           err == OTA_ERR_SAME_IMAGE || err == OTA_ERR_FLASH || err == OTA_ERR_STORE;
}

/** Enters a failure into what is stored and queues the report, in one write. */
static void account(ota_core_t *core, int err) {
    ota_report_t report = {OTA_STATUS_FAILED, core->offer.firmware_id, core->offer.log_id, 0, ""};
    if (!worth_reporting(err)) return;
    if (blames_version(err)) {
        ota_ledger_add(&core->record, core->offer.sha256, OTA_FAILURE_CLEAR);
        ota_resume_erase(&core->port->kv);
    }
    (void)ota_text_copy(report.text, sizeof report.text, ota_err_name(err));
    ota_reports_queue(&core->record, &report);
    if (ota_record_save(&core->port->kv, &core->record) != OTA_OK) {
        ota_say(core, OTA_LOG_WARN, "the failure could not be stored", NULL, NULL);
    }
}

/**
 * Chooses the new image for boot. The record comes first: without it the next boot could not tell a rollback from nothing at all, and
 * a version that does not boot would be tried for ever.
 */
static int switch_over(ota_core_t *core, const ota_flash_facts_t *facts) {
    const ota_flash_port_t *flash = &core->port->flash;
    ota_trial_t *trial = &core->record.trial;
    memset(trial, 0, sizeof *trial);
    trial->stage = OTA_TRIAL_SWITCHING;
    trial->slot = facts->target_slot;
    trial->firmware_id = core->offer.firmware_id;
    trial->log_id = core->offer.log_id;
    trial->file_size = core->offer.file_size;
    memcpy(trial->sha256, core->offer.sha256, sizeof trial->sha256);
    (void)ota_text_copy(trial->version, sizeof trial->version, core->offer.version);
    int err = ota_record_save(&core->port->kv, &core->record);
    if (err == OTA_OK) {
        const ota_port_result_t set = flash->set_boot(flash->ctx, facts->target_slot);
        if (set == OTA_PORT_OK) return OTA_OK;
        err = set == OTA_PORT_REFUSED ? OTA_ERR_IMAGE_INVALID : OTA_ERR_FLASH;
    }
    memset(trial, 0, sizeof *trial);
    (void)ota_record_save(&core->port->kv, &core->record);
    return err;
}

static int bring(ota_core_t *core) {
    ota_flash_facts_t facts;
    ota_enter(core, OTA_STATE_PLAN);
    int err = ota_plan(core, &facts);
    if (err != OTA_OK) return err;
    ota_say(core, OTA_LOG_INFO, "update to ", core->offer.version, NULL);
    ota_report_now(core, OTA_STATUS_DOWNLOADING, 0);
    ota_enter(core, OTA_STATE_DOWNLOAD);
    err = ota_download(core, &facts);
    if (err != OTA_OK) return err;
    ota_enter(core, OTA_STATE_INSTALL);
    ota_report_now(core, OTA_STATUS_INSTALLING, core->offer.file_size);
    return switch_over(core, &facts);
}

int ota_core_install(ota_core_t *core, const ota_update_t *update) {
    int err = ota_core_settle(core);
    if (err != OTA_OK) return err;
    if (update != &core->offer) core->offer = *update;
    err = bring(core);
    if (err != OTA_OK) {
        account(core, err);
        return err;
    }
    ota_enter(core, OTA_STATE_REBOOT);
    core->port->reboot.restart(core->port->reboot.ctx);
    return OTA_OK;
}

int ota_core_report(ota_core_t *core, const ota_update_t *update, const char *status, uint32_t bytes, const char *error) {
    ota_report_t report = {ota_status_of(status), update->firmware_id, update->log_id, bytes, ""};
    if (report.status == OTA_STATUS_NONE) return OTA_ERR_CONFIG;
    if (error != NULL) ota_text_clean(report.text, sizeof report.text, error);
    const int err = ota_report_send(core, &report);
    if (err == OTA_OK || !ota_status_final((ota_status_t)report.status) || ota_report_hopeless(core, err)) return err;
    ota_reports_queue(&core->record, &report);
    return ota_record_save(&core->port->kv, &core->record);
}
