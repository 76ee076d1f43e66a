#pragma once

#include "ota_engine.h"

/**
 * The way of the bytes: network → buffer → SHA-256 → slot. The buffer is written whole, so that flash sees aligned pages, and it
 * outlives a dropped connection, so that a download goes on at the very byte.
 */
typedef struct {
    const ota_flash_facts_t *facts;
    uint64_t end_ms;
    /** Bytes in the slot and in the hash. */
    uint32_t offset;
    /** Bytes in the buffer behind them. */
    uint32_t fill;
    /** Offset of the stored resume record. */
    uint32_t saved;
    /** The slot is open for writing. */
    bool begun;
    /** Bytes of more than one answer came together: a wrong hash then proves nothing about the version. */
    bool pieced;
    /** A range was answered in a way that cannot be trusted: the next request asks for the whole file. */
    bool no_range;
    char etag[OTA_ETAG_SIZE];
} ota_stream_t;

/** Begins anew from 0, or where a stored record says, its bytes hashed again from flash. */
int ota_stream_start(ota_core_t *core, ota_stream_t *stream);
/** Back to 0; the stored record is forgotten. */
int ota_stream_restart(ota_core_t *core, ota_stream_t *stream);
/** `got` bytes were put behind the buffer's `fill`. The slot is begun once the image's head has come and was found good. */
int ota_stream_take(ota_core_t *core, ota_stream_t *stream, uint32_t got);
/** After an error: stores how far it came, and closes the slot. */
void ota_stream_leave(ota_core_t *core, ota_stream_t *stream);
/** OTA_ERR_HASH where the file is not the offered one; then ends the slot, which verifies the image. */
int ota_stream_verify(ota_core_t *core, ota_stream_t *stream);
