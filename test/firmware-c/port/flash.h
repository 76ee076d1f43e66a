#pragma once

#include "esp_flash_partitions.h"
#include "esp_partition.h"

/** Flash as a chip has it: erased to ones by sectors, programmed to zeros only, wherever it is written without an erase. */

#define SECTOR 4096u
#define FLASH_SIZE (32u * SECTOR)

extern const esp_partition_t OTADATA, SLOT_0, SLOT_1;

typedef struct {
    uint8_t bytes[FLASH_SIZE];
    /** How often each sector was erased. */
    unsigned erases[FLASH_SIZE / SECTOR];
    /** Operations until one fails; 0: none does. */
    unsigned fail_at;
    const esp_partition_t *running;
    esp_ota_img_states_t running_state;
    /** Of esp_image_verify(). */
    esp_err_t verified;
    /** A write to an encrypted partition that is no whole number of blocks of 16. */
    bool unaligned;
    /** A write to bytes that were not erased. */
    bool unerased;
} flash_t;

extern flash_t FLASH;

/** All erased, running from SLOT_1, nothing in otadata. */
void flash_reset(void);

/** An otadata entry for a slot, by its number; `whole`: with the right CRC. */
void flash_entry(unsigned index, uint32_t seq, bool whole);
