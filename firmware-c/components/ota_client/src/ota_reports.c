#include "ota_reports.h"

#include <string.h>

static const char *const NAMES[] = {"", "pending", "downloading", "installing", "success", "failed", "rolled_back"};

const char *ota_status_name(ota_status_t status) { return NAMES[status]; }

ota_status_t ota_status_of(const char *name) {
    for (int i = OTA_STATUS_PENDING; i <= OTA_STATUS_ROLLED_BACK; i++) {
        if (strcmp(name, NAMES[i]) == 0) return (ota_status_t)i;
    }
    return OTA_STATUS_NONE;
}

bool ota_status_final(ota_status_t status) { return status >= OTA_STATUS_SUCCESS; }

static size_t count(const ota_record_t *record) {
    size_t n = 0;
    while (n < OTA_REPORTS_SIZE && record->reports[n].status != OTA_STATUS_NONE) n++;
    return n;
}

const ota_report_t *ota_reports_first(const ota_record_t *record) { return count(record) > 0 ? record->reports : NULL; }

void ota_reports_drop_first(ota_record_t *record) {
    ota_report_t *reports = record->reports;
    memmove(reports, reports + 1, (OTA_REPORTS_SIZE - 1) * sizeof *reports);
    memset(&reports[OTA_REPORTS_SIZE - 1], 0, sizeof *reports);
}

void ota_reports_queue(ota_record_t *record, const ota_report_t *report) {
    size_t n = count(record);
    for (size_t i = 0; i < n; i++) {
        const ota_report_t *other = &record->reports[i];
        if (other->status == report->status && other->firmware_id == report->firmware_id && other->log_id == report->log_id) return;
    }
    if (n == OTA_REPORTS_SIZE) {
        ota_reports_drop_first(record);
        n--;
    }
    record->reports[n] = *report;
}
