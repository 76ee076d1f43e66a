#pragma once

#include "ota_record.h"

/**
 * Versions that failed on this device, by the SHA-256 of their file, so that a version published again with other bytes is a new
 * one. A failure weighs by how much it says of the version: two clear ones end its trials, what a power cut may also have
 * caused takes eight.
 */

#define OTA_FAILURE_CLEAR 4u
#define OTA_FAILURE_DOUBTFUL 1u
#define OTA_FAILURES_MAX 8u

/** In memory only: the caller saves the record. */
void ota_ledger_add(ota_record_t *record, const uint8_t sha256[32], uint32_t weight);

/** Whether this file is not to be tried again. */
bool ota_ledger_given_up(const ota_record_t *record, const uint8_t sha256[32]);

/** A version that was confirmed owes nothing. */
void ota_ledger_forgive(ota_record_t *record, const uint8_t sha256[32]);
