#include "esp_chip_info.h"
#include "esp_log.h"
#include "esp_ota_ops.h"
#include "esp_partition.h"
#include "ports.h"
#include "sdkconfig.h"
#include "slot_writer.h"
#if CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK
#include "esp_efuse.h"
#endif

static ota_port_result_t result_of(esp_err_t err, const char *what)
{
    if (err == ESP_OK)
        return OTA_PORT_OK;
    ESP_LOGE(OTA_LOG_TAG, "%s failed: %s", what, esp_err_to_name(err));
    switch (err) {
    case ESP_ERR_OTA_VALIDATE_FAILED:
    case ESP_ERR_OTA_SMALL_SEC_VER:
    case ESP_ERR_OTA_ROLLBACK_FAILED:
    case ESP_ERR_OTA_ROLLBACK_INVALID_STATE:
        return OTA_PORT_REFUSED;
    case ESP_ERR_NO_MEM:
        return OTA_PORT_NO_MEMORY;
    case ESP_ERR_NOT_FOUND:
        return OTA_PORT_NOT_FOUND;
    default:
        return OTA_PORT_IO;
    }
}

/** The application partition at a flash address; NULL: none. */
static const esp_partition_t *slot_at(uint32_t address)
{
    const esp_partition_t *running = esp_ota_get_running_partition();
    if (running && running->address == address)
        return running;
    for (int i = ESP_PARTITION_SUBTYPE_APP_OTA_MIN; i < ESP_PARTITION_SUBTYPE_APP_OTA_MAX; i++) {
        const esp_partition_t *slot =
            esp_partition_find_first(ESP_PARTITION_TYPE_APP, (esp_partition_subtype_t)i, NULL);
        if (slot && slot->address == address)
            return slot;
    }
    return NULL;
}

static ota_slot_state_t state_of(const esp_partition_t *slot)
{
    esp_ota_img_states_t state;
    if (!slot || esp_ota_get_state_partition(slot, &state) != ESP_OK)
        return OTA_SLOT_NONE;
    switch (state) {
    case ESP_OTA_IMG_NEW:
        return OTA_SLOT_NEW;
    case ESP_OTA_IMG_PENDING_VERIFY:
        return OTA_SLOT_PENDING;
    case ESP_OTA_IMG_VALID:
        return OTA_SLOT_VALID;
    case ESP_OTA_IMG_INVALID:
        return OTA_SLOT_INVALID;
    case ESP_OTA_IMG_ABORTED:
        return OTA_SLOT_ABORTED;
    default:
        return OTA_SLOT_NONE;
    }
}

static ota_port_result_t facts(void *ctx, ota_flash_facts_t *facts)
{
    (void)ctx;
    const esp_partition_t *running = esp_ota_get_running_partition();
    if (!running)
        return OTA_PORT_NOT_FOUND;
    const esp_partition_t *target = esp_ota_get_next_update_partition(NULL);
    esp_chip_info_t chip;
    esp_chip_info(&chip);
    *facts = (ota_flash_facts_t){.running_slot = running->address,
                                 .running_state = state_of(running),
                                 .chip_revision = chip.revision};
    if (target && target != running) {
        facts->target_slot = target->address;
        facts->target_size = target->size;
    }
#if CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK
    facts->secure_version = esp_efuse_read_secure_version();
#endif
    return OTA_PORT_OK;
}

static ota_slot_state_t slot_state(void *ctx, uint32_t slot)
{
    (void)ctx;
    return state_of(slot_at(slot));
}

static ota_port_result_t slot_read(void *ctx, uint32_t slot, uint32_t offset, uint8_t *buf, size_t len)
{
    (void)ctx;
    const esp_partition_t *partition = slot_at(slot);
    return partition ? result_of(esp_partition_read(partition, offset, buf, len), "reading flash") : OTA_PORT_NOT_FOUND;
}

static ota_port_result_t slot_begin(void *ctx, uint32_t slot, uint32_t size)
{
    (void)ctx;
    (void)size;
    const esp_partition_t *partition = slot_at(slot);
    return partition ? result_of(ota_slot_begin(partition), "opening the slot") : OTA_PORT_NOT_FOUND;
}

static ota_port_result_t slot_resume(void *ctx, uint32_t slot, uint32_t offset, uint32_t size)
{
    (void)ctx;
    (void)size;
    const esp_partition_t *partition = slot_at(slot);
    return partition ? result_of(ota_slot_resume(partition, offset), "reopening the slot") : OTA_PORT_NOT_FOUND;
}

static ota_port_result_t slot_write(void *ctx, const uint8_t *data, size_t len)
{
    (void)ctx;
    return result_of(ota_slot_write(data, len), "writing flash");
}

static ota_port_result_t slot_end(void *ctx)
{
    (void)ctx;
    return result_of(ota_slot_end(), "verifying the image");
}

static void slot_abort(void *ctx)
{
    (void)ctx;
    ota_slot_abort();
}

static ota_port_result_t set_boot(void *ctx, uint32_t slot)
{
    (void)ctx;
    const esp_partition_t *partition = slot_at(slot);
    return partition ? result_of(esp_ota_set_boot_partition(partition), "setting the boot slot") : OTA_PORT_NOT_FOUND;
}

static ota_port_result_t mark_valid(void *ctx)
{
    (void)ctx;
    return result_of(esp_ota_mark_app_valid_cancel_rollback(), "confirming the running image");
}

static ota_port_result_t roll_back(void *ctx)
{
    (void)ctx;
    return result_of(esp_ota_mark_app_invalid_rollback_and_reboot(), "rolling back");
}

void ota_esp_flash_port(ota_flash_port_t *port)
{
    *port = (ota_flash_port_t){.facts = facts,
                               .slot_state = slot_state,
                               .read = slot_read,
                               .begin = slot_begin,
                               .resume = slot_resume,
                               .write = slot_write,
                               .end = slot_end,
                               .abort = slot_abort,
                               .set_boot = set_boot,
                               .mark_valid = mark_valid,
                               .roll_back = roll_back};
}
