#include "ota_engine.h"

#include "ota_image.h"
#include "ota_ledger.h"
#include "ota_url.h"
#include "ota_version.h"
#include <string.h>

/** Whether the offer is newer than what runs, as far as versions can be ordered; the server's own word counts against it only. */
static bool is_newer(const ota_core_t *core) {
    const ota_update_t *offer = &core->offer;
    ota_version_t offered;
    ota_version_t runs;
    if (offer->downgrade) return false;
    if (!ota_version_parse(offer->version, &offered) || !ota_version_parse(core->version, &runs)) return true;
    const int order = ota_version_compare(&offered, &runs);
    return order > 0 || (order == 0 && core->build_known && offer->build_number > core->build);
}

/** Whether an update brought exactly this file to where we run. A configured current_version that was never raised asks for it again and again. */
static bool is_running(const ota_core_t *core, const ota_flash_facts_t *facts) {
    const ota_record_t *record = &core->record;
    return record->installed_slot == facts->running_slot && record->installed_print == core->running.print &&
           memcmp(record->installed_sha256, core->offer.sha256, sizeof record->installed_sha256) == 0;
}

int ota_plan(ota_core_t *core, ota_flash_facts_t *facts) {
    const ota_update_t *offer = &core->offer;
    const ota_flash_port_t *flash = &core->port->flash;
    if (flash->facts(flash->ctx, facts) != OTA_PORT_OK) return OTA_ERR_FLASH;
    // The other slot is all there is to fall back to until this image is confirmed.
    if (facts->running_state == OTA_SLOT_PENDING) return OTA_ERR_UNCONFIRMED;
    if (facts->target_slot == 0 || facts->target_slot == facts->running_slot) return OTA_ERR_FLASH;
    if (!ota_url_valid(offer->download_url)) return OTA_ERR_ANSWER;
    if (ota_url_is_https(core->config.server_url) && !ota_url_is_https(offer->download_url)) return OTA_ERR_REDIRECT;
    if (is_running(core, facts)) return OTA_ERR_SAME_IMAGE;
    if (ota_ledger_given_up(&core->record, offer->sha256)) return OTA_ERR_GIVEN_UP;
    if (!is_newer(core) && !core->config.allow_downgrade) return OTA_ERR_DOWNGRADE;
    if (offer->file_size < OTA_IMAGE_HEAD_SIZE || offer->file_size > facts->target_size) return OTA_ERR_SIZE;
    return OTA_OK;
}
