#include "ota_stream.h"

#include "ota_image.h"
#include "ota_text.h"
#include "ota_version.h"
#include <string.h>

static int hash_error(ota_port_result_t result) { return result == OTA_PORT_OK ? OTA_OK : OTA_ERR_DIGEST; }
static int flash_error(ota_port_result_t result) { return result == OTA_PORT_OK ? OTA_OK : OTA_ERR_FLASH; }

/** The sector that is being written may be torn, and the last byte is always fetched again: an empty range is none. */
static uint32_t certain(const ota_core_t *core, uint32_t offset) {
    const uint32_t last = core->offer.file_size - 1;
    return (offset < last ? offset : last) / OTA_SECTOR_SIZE * OTA_SECTOR_SIZE;
}

static void save_place(ota_core_t *core, ota_stream_t *stream) {
    const uint32_t offset = certain(core, stream->offset);
    ota_resume_t resume = {.slot = stream->facts->target_slot,
                           .firmware_id = core->offer.firmware_id,
                           .file_size = core->offer.file_size,
                           .offset = offset};
    if (offset <= stream->saved) return;
    memcpy(resume.sha256, core->offer.sha256, sizeof resume.sha256);
    memcpy(resume.etag, stream->etag, sizeof resume.etag);
    // Without it the next boot begins anew; that is no reason to stop now.
    if (ota_resume_save(&core->port->kv, &resume) == OTA_OK) stream->saved = offset;
    else ota_say(core, OTA_LOG_WARN, "the place of the download could not be stored", NULL, NULL);
}

/** A midstate of SHA-256 does not survive a reboot, so what is in flash is hashed again. */
static bool hash_again(ota_core_t *core, const ota_resume_t *resume) {
    const ota_flash_port_t *flash = &core->port->flash;
    const ota_hash_port_t *hash = &core->port->hash;
    const uint32_t size = core->config.buffer_size;
    uint8_t *buffer = core->config.buffer;
    for (uint32_t at = 0; at < resume->offset;) {
        const uint32_t n = resume->offset - at < size ? resume->offset - at : size;
        if (flash->read(flash->ctx, resume->slot, at, buffer, n) != OTA_PORT_OK) return false;
        if (hash->update(hash->ctx, buffer, n) != OTA_PORT_OK) return false;
        at += n;
    }
    return flash->resume(flash->ctx, resume->slot, resume->offset, resume->file_size) == OTA_PORT_OK;
}

static bool is_for(const ota_resume_t *resume, const ota_core_t *core, uint32_t slot) {
    return resume->slot == slot && resume->file_size == core->offer.file_size &&
           memcmp(resume->sha256, core->offer.sha256, sizeof resume->sha256) == 0;
}

int ota_stream_start(ota_core_t *core, ota_stream_t *stream) {
    const ota_kv_port_t *kv = &core->port->kv;
    ota_resume_t resume;
    if (core->port->hash.start(core->port->hash.ctx) != OTA_PORT_OK) return OTA_ERR_DIGEST;
    if (!ota_resume_load(kv, &resume) || resume.offset == 0) return OTA_OK;
    if (!is_for(&resume, core, stream->facts->target_slot) || !hash_again(core, &resume)) {
        return ota_stream_restart(core, stream);
    }
    stream->offset = stream->saved = resume.offset;
    stream->begun = stream->pieced = true;
    memcpy(stream->etag, resume.etag, sizeof stream->etag);
    ota_say(core, OTA_LOG_INFO, "the download goes on from where it was", NULL, NULL);
    return OTA_OK;
}

int ota_stream_restart(ota_core_t *core, ota_stream_t *stream) {
    // The record goes first: it must never speak of bytes that were overwritten.
    ota_resume_erase(&core->port->kv);
    core->port->flash.abort(core->port->flash.ctx);
    stream->offset = stream->fill = stream->saved = 0;
    stream->begun = stream->pieced = false;
    stream->etag[0] = '\0';
    return hash_error(core->port->hash.start(core->port->hash.ctx));
}

/** Judges the head while nothing is erased yet. */
static int judge_head(ota_core_t *core, const ota_stream_t *stream) {
    ota_image_t image;
    const uint8_t *head = core->config.buffer;
    // Where the project keeps its version elsewhere, the image's own says nothing.
    const bool versioned = ota_version_same(core->running.version, core->version);
    const ota_image_rules_t rules = {
        .chip_id = core->running.chip_id,
        .chip_revision = stream->facts->chip_revision,
        .secure_version = stream->facts->secure_version,
        .project = core->running.project,
        .version = versioned ? core->offer.version : NULL,
    };
    if (head[0] == '<') return OTA_ERR_PORTAL;
    const int err = ota_image_parse(head, &image);
    return err != OTA_OK ? err : ota_image_judge(&image, &rules);
}

static int begin(ota_core_t *core, ota_stream_t *stream) {
    const ota_flash_port_t *flash = &core->port->flash;
    const int err = judge_head(core, stream);
    if (err != OTA_OK) return err;
    if (flash->begin(flash->ctx, stream->facts->target_slot, core->offer.file_size) != OTA_PORT_OK) return OTA_ERR_FLASH;
    stream->begun = true;
    return OTA_OK;
}

static int flush(ota_core_t *core, ota_stream_t *stream) {
    const ota_core_config_t *config = &core->config;
    const ota_flash_port_t *flash = &core->port->flash;
    const ota_hash_port_t *hash = &core->port->hash;
    int err = hash_error(hash->update(hash->ctx, config->buffer, stream->fill));
    if (err == OTA_OK) err = flash_error(flash->write(flash->ctx, config->buffer, stream->fill));
    if (err != OTA_OK) return err;
    stream->offset += stream->fill;
    stream->fill = 0;
    if (config->resume_step_bytes != OTA_NONE && stream->offset - stream->saved >= config->resume_step_bytes) {
        save_place(core, stream);
    }
    if (config->on_progress != NULL) config->on_progress(stream->offset, core->offer.file_size, config->user);
    return OTA_OK;
}

int ota_stream_take(ota_core_t *core, ota_stream_t *stream, uint32_t got) {
    int err = OTA_OK;
    stream->fill += got;
    if (!stream->begun && stream->fill >= OTA_IMAGE_HEAD_SIZE) err = begin(core, stream);
    const bool full = stream->fill == core->config.buffer_size || stream->offset + stream->fill == core->offer.file_size;
    return err == OTA_OK && full ? flush(core, stream) : err;
}

void ota_stream_leave(ota_core_t *core, ota_stream_t *stream) {
    if (stream->begun && core->config.resume_step_bytes != OTA_NONE) save_place(core, stream);
    core->port->flash.abort(core->port->flash.ctx);
}

int ota_stream_verify(ota_core_t *core, ota_stream_t *stream) {
    const ota_flash_port_t *flash = &core->port->flash;
    const ota_hash_port_t *hash = &core->port->hash;
    uint8_t digest[32];
    stream->begun = false; // whatever comes now, there is no place to go on from
    if (hash->finish(hash->ctx, digest) != OTA_PORT_OK) return OTA_ERR_DIGEST;
    if (memcmp(digest, core->offer.sha256, sizeof digest) != 0) return OTA_ERR_HASH;
    const ota_port_result_t ended = flash->end(flash->ctx);
    return ended == OTA_PORT_REFUSED ? OTA_ERR_IMAGE_INVALID : flash_error(ended);
}
