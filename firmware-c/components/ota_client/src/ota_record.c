#include "ota_record.h"

#include <string.h>

#define STATE_KEY "state"
#define RESUME_KEY "resume"
/** Letters, then the number of the form: raised with each change of the structures. */
#define STATE_FORM 0x4F535401u
#define RESUME_FORM 0x4F525301u

static bool ends(const char *text, size_t size) { return memchr(text, '\0', size) != NULL; }

/** What another program wrote under this key must not be walked off. */
static bool state_sound(const ota_record_t *record) {
    if (record->form != STATE_FORM || !ends(record->trial.version, sizeof record->trial.version)) return false;
    if (record->trial.stage > OTA_TRIAL_UNREACHED) return false;
    for (int i = 0; i < OTA_REPORTS_SIZE; i++) {
        const ota_report_t *report = &record->reports[i];
        if (report->status > OTA_STATUS_ROLLED_BACK || !ends(report->text, sizeof report->text)) return false;
    }
    return true;
}

void ota_record_load(const ota_kv_port_t *kv, ota_record_t *record) {
    size_t len = 0;
    // A store that fails once is not an empty one: what it holds may be all that tells a rollback from a first boot.
    for (int tries = 0; tries < 3; tries++) {
        const ota_port_result_t got = kv->get(kv->ctx, STATE_KEY, record, sizeof *record, &len);
        if (got == OTA_PORT_OK && len == sizeof *record && state_sound(record)) return;
        if (got == OTA_PORT_OK || got == OTA_PORT_NOT_FOUND) break;
    }
    memset(record, 0, sizeof *record);
}

int ota_record_save(const ota_kv_port_t *kv, ota_record_t *record) {
    record->form = STATE_FORM;
    return kv->set(kv->ctx, STATE_KEY, record, sizeof *record) == OTA_PORT_OK ? OTA_OK : OTA_ERR_STORE;
}

bool ota_resume_load(const ota_kv_port_t *kv, ota_resume_t *resume) {
    size_t len = 0;
    const ota_port_result_t got = kv->get(kv->ctx, RESUME_KEY, resume, sizeof *resume, &len);
    return got == OTA_PORT_OK && len == sizeof *resume && resume->form == RESUME_FORM &&
           ends(resume->etag, sizeof resume->etag) && resume->offset % OTA_SECTOR_SIZE == 0 && resume->offset < resume->file_size;
}

int ota_resume_save(const ota_kv_port_t *kv, ota_resume_t *resume) {
    resume->form = RESUME_FORM;
    return kv->set(kv->ctx, RESUME_KEY, resume, sizeof *resume) == OTA_PORT_OK ? OTA_OK : OTA_ERR_STORE;
}

void ota_resume_erase(const ota_kv_port_t *kv) { (void)kv->erase(kv->ctx, RESUME_KEY); }
