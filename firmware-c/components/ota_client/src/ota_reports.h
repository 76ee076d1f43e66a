#pragma once

#include "ota_record.h"

/**
 * Reports that wait for the server, oldest first, in the stored record. Only final ones wait: what is between is told by the server's
 * own log. The same status of the same update waits once, however often it is queued.
 */

/** In memory only: the caller saves the record. */
void ota_reports_queue(ota_record_t *record, const ota_report_t *report);

/** The oldest; NULL when none waits. */
const ota_report_t *ota_reports_first(const ota_record_t *record);

void ota_reports_drop_first(ota_record_t *record);

/** "rolled_back" and so on, as the contract has it; "" for NONE. */
const char *ota_status_name(ota_status_t status);

/** OTA_STATUS_NONE for a word that is none of the contract's. */
ota_status_t ota_status_of(const char *name);

/** Whether a status ends an update. */
bool ota_status_final(ota_status_t status);
