#include "ota_ledger.h"

#include <string.h>

/** Place of a file in the ledger; OTA_LEDGER_SIZE where it is not there. */
static size_t find(const ota_record_t *record, const uint8_t sha256[32]) {
    size_t i = 0;
    while (i < OTA_LEDGER_SIZE &&
           (record->ledger[i].failures == 0 || memcmp(record->ledger[i].sha256, sha256, 32) != 0)) {
        i++;
    }
    return i;
}

void ota_ledger_add(ota_record_t *record, const uint8_t sha256[32], uint32_t weight) {
    ota_failed_t *ledger = record->ledger;
    size_t at = find(record, sha256);
    ota_failed_t entry = {{0}, 0};
    if (at < OTA_LEDGER_SIZE) entry = ledger[at];
    else at = OTA_LEDGER_SIZE - 1;
    memcpy(entry.sha256, sha256, 32);
    entry.failures = entry.failures > OTA_FAILURES_MAX ? entry.failures : entry.failures + weight;
    memmove(ledger + 1, ledger, at * sizeof *ledger);
    ledger[0] = entry;
}

bool ota_ledger_given_up(const ota_record_t *record, const uint8_t sha256[32]) {
    const size_t at = find(record, sha256);
    return at < OTA_LEDGER_SIZE && record->ledger[at].failures >= OTA_FAILURES_MAX;
}

void ota_ledger_forgive(ota_record_t *record, const uint8_t sha256[32]) {
    const size_t at = find(record, sha256);
    if (at < OTA_LEDGER_SIZE) record->ledger[at].failures = 0;
}
