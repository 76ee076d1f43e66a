#pragma once

#include "esp_idf_version.h"

/** Where releases of ESP-IDF differ. A definition on the command line wins, so that each path can be tested on one release. */

/**
 * The vendor writes the slot. esp_ota_resume came with 5.5 and went into 5.3.3 and 5.4.2; but only from 5.5 on does esp_ota_begin
 * make otadata forget the slot, too. Before that the port does both over esp_partition.
 */
#ifndef OTA_SLOT_WRITER_IDF
#define OTA_SLOT_WRITER_IDF (ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 5, 0))
#endif

/** mbedtls 4, in ESP-IDF 6, has no mbedtls_sha256 of its own any more: PSA hashes. */
#ifndef OTA_HASH_PSA
#define OTA_HASH_PSA (ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0))
#endif
