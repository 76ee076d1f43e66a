#include "ota_engine.h"

#include "ota_reports.h"
#include "ota_text.h"
#include <string.h>

/** The contract's answer names the row; anything else with a 200 is not the server. */
static void take(void *ctx, const ota_json_member_t *member) {
    bool *heard = ctx;
    if (strcmp(member->key, "log_id") == 0 && member->kind == OTA_JSON_NUMBER) *heard = true;
}

static bool write_report(ota_core_t *core, const ota_report_t *report) {
    ota_text_t text;
    ota_text_start(&text, core->body, sizeof core->body);
    ota_text_add(&text, "{\"device_id\":");
    ota_text_add_u64(&text, core->config.device_id);
    ota_text_add(&text, ",\"firmware_id\":");
    ota_text_add_u64(&text, report->firmware_id);
    ota_text_add(&text, ",\"status\":");
    ota_text_add_json(&text, ota_status_name((ota_status_t)report->status));
    ota_text_add(&text, ",\"bytes_downloaded\":");
    ota_text_add_u64(&text, report->bytes);
    if (report->text[0] != '\0') {
        ota_text_add(&text, ",\"error_message\":");
        ota_text_add_json(&text, report->text);
    }
    if (report->log_id != 0) {
        ota_text_add(&text, ",\"log_id\":");
        ota_text_add_u64(&text, report->log_id);
    }
    ota_text_add(&text, "}");
    return !text.cut;
}

int ota_report_send(ota_core_t *core, const ota_report_t *report) {
    bool heard = false;
    if (!write_report(core, report)) return OTA_ERR_TOO_LONG;
    const int err = ota_api_post(core, "/api/ota/status", true, take, &heard);
    return err == OTA_OK && !heard ? OTA_ERR_ANSWER : err;
}

bool ota_report_hopeless(const ota_core_t *core, int err) {
    const int status = core->response.status;
    if (err == OTA_ERR_AUTH) return status == 403; // a 401 may pass, with a new token
    return err == OTA_ERR_HTTP_STATUS && status >= 400 && status < 500 && status != 408;
}

int ota_report_deliver(ota_core_t *core) {
    for (;;) {
        const ota_report_t *first = ota_reports_first(&core->record);
        if (first == NULL) return OTA_OK;
        ota_enter(core, OTA_STATE_REPORT);
        int err = ota_report_send(core, first);
        const bool hopeless = ota_report_hopeless(core, err);
        if (err != OTA_OK && !hopeless) return err;
        if (hopeless) ota_say(core, OTA_LOG_WARN, "the server wants no report of ", ota_status_name((ota_status_t)first->status), NULL);
        ota_reports_drop_first(&core->record);
        // Lost now, it is delivered again after the next boot; the server takes repeats.
        err = ota_record_save(&core->port->kv, &core->record);
        if (err != OTA_OK) return err;
    }
}

void ota_report_now(ota_core_t *core, ota_status_t status, uint32_t bytes) {
    const ota_report_t report = {status, core->offer.firmware_id, core->offer.log_id, bytes, ""};
    const int err = ota_report_send(core, &report);
    if (err != OTA_OK) ota_say(core, OTA_LOG_INFO, "report not delivered: ", ota_err_name(err), NULL);
}
