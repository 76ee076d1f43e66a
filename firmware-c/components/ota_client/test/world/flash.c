#include "world.h"

#include <string.h>

#define ERASED 0xFF

static int index_of(uint32_t slot) { return slot == SLOT_B; }
static uint32_t slot_of(int index) { return index == 0 ? SLOT_A : SLOT_B; }

static bool bootable(const world_t *world, int slot) {
    for (int i = 0; i < 3; i++) {
        if (!world->images[i].rotten && world_holds(world, slot, &world->images[i])) return true;
    }
    return false;
}

static bool rejected(const otadata_entry_t *entry) {
    return !entry->present || entry->state == OTA_SLOT_INVALID || entry->state == OTA_SLOT_ABORTED;
}

void world_bootloader(world_t *world) {
    otadata_entry_t *data = world->otadata;
    int best = -1;
    for (int i = 0; i < 2; i++) {
        if (data[i].present && data[i].state == OTA_SLOT_PENDING && !world->no_rollback) data[i].state = OTA_SLOT_ABORTED;
    }
    for (int i = 0; i < 2; i++) {
        if (!rejected(&data[i]) && (best < 0 || data[i].seq > data[best].seq)) best = i;
    }
    if (best >= 0 && data[best].state == OTA_SLOT_NEW && !world->no_rollback) data[best].state = OTA_SLOT_PENDING;
    if (best < 0) best = 0;
    world->running = bootable(world, best) ? best : 1 - best;
}

static ota_port_result_t facts(void *ctx, ota_flash_facts_t *facts) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "flash.facts");
    if (fault != FAULT_NONE && fault != FAULT_CUT_AFTER) return OTA_PORT_IO;
    const otadata_entry_t *entry = &world->otadata[world->running];
    *facts = (ota_flash_facts_t){
        .running_slot = slot_of(world->running),
        .running_state = entry->present ? entry->state : OTA_SLOT_NONE,
        .target_slot = world->target_size == 0 ? 0 : slot_of(1 - world->running),
        .target_size = world->target_size,
        .chip_revision = world->chip_revision,
        .secure_version = world->efuse_secure_version,
    };
    world_after(world, fault);
    return OTA_PORT_OK;
}

static ota_slot_state_t slot_state(void *ctx, uint32_t slot) {
    world_t *world = ctx;
    const otadata_entry_t *entry = &world->otadata[index_of(slot)];
    if (world_fails(world, "flash.slot_state") || !entry->present) return OTA_SLOT_NONE;
    return entry->state;
}

static ota_port_result_t read(void *ctx, uint32_t slot, uint32_t offset, uint8_t *buf, size_t len) {
    world_t *world = ctx;
    if (world_fails(world, "flash.read")) return OTA_PORT_IO;
    memcpy(buf, world->flash[index_of(slot)] + offset, len);
    return OTA_PORT_OK;
}

static void open_at(world_t *world, uint32_t slot, uint32_t offset, uint32_t size) {
    world->open_for_write = true;
    world->write_slot = index_of(slot);
    world->write_at = world->erased_to = offset;
    world->write_size = size;
}

static ota_port_result_t begin(void *ctx, uint32_t slot, uint32_t size) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "flash.begin");
    if (fault == FAULT_ERROR || fault == FAULT_CUT_BEFORE) return OTA_PORT_IO;
    world->begun_count++;
    if (world->otadata[world->running].state == OTA_SLOT_PENDING || index_of(slot) == world->running) return OTA_PORT_REFUSED;
    world->otadata[index_of(slot)].present = false;
    open_at(world, slot, 0, size);
    world_after(world, fault);
    return OTA_PORT_OK;
}

static ota_port_result_t resume(void *ctx, uint32_t slot, uint32_t offset, uint32_t size) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "flash.resume");
    if (fault == FAULT_ERROR || fault == FAULT_CUT_BEFORE || offset % OTA_SECTOR_SIZE != 0) return OTA_PORT_IO;
    open_at(world, slot, offset, size);
    world_after(world, fault);
    return OTA_PORT_OK;
}

/** As NOR flash is: programming only clears bits, and a sector is erased when it is reached. */
static ota_port_result_t write(void *ctx, const uint8_t *data, size_t len) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "flash.write");
    if (fault == FAULT_ERROR || fault == FAULT_CUT_BEFORE || !world->open_for_write) return OTA_PORT_IO;
    if (world->write_at + len > world->write_size) return OTA_PORT_IO;
    uint8_t *slot = world->flash[world->write_slot];
    const size_t n = fault == FAULT_CUT_HALF ? len / 2 : len;
    for (size_t i = 0; i < n; i++) {
        if (world->write_at == world->erased_to) {
            memset(slot + world->erased_to, ERASED, OTA_SECTOR_SIZE);
            world->erased_to += OTA_SECTOR_SIZE;
        }
        slot[world->write_at++] &= data[i];
    }
    world->written += (uint32_t)n;
    world_after(world, fault);
    return OTA_PORT_OK;
}

static ota_port_result_t end(void *ctx) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "flash.end");
    const bool open = world->open_for_write;
    if (fault == FAULT_ERROR || fault == FAULT_CUT_BEFORE || !open) return OTA_PORT_IO;
    world->open_for_write = false;
    world_after(world, fault);
    return bootable(world, world->write_slot) ? OTA_PORT_OK : OTA_PORT_REFUSED;
}

static void abort_writing(void *ctx) {
    world_t *world = ctx;
    (void)world_step(world, "flash.abort");
    if (!world->dead) world->open_for_write = false;
}

/** The other entry is erased, then written: half-way there is none. */
static ota_port_result_t set_boot(void *ctx, uint32_t slot) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "flash.set_boot");
    const int other = index_of(slot);
    if (fault == FAULT_ERROR || fault == FAULT_CUT_BEFORE) return OTA_PORT_IO;
    if (!bootable(world, other)) return OTA_PORT_REFUSED;
    const uint32_t seq = world->otadata[1 - other].seq + 1;
    world->otadata[other] = (otadata_entry_t){fault != FAULT_CUT_HALF, seq, world->no_rollback ? OTA_SLOT_NONE : OTA_SLOT_NEW};
    world_after(world, fault);
    return OTA_PORT_OK;
}

static ota_port_result_t mark_valid(void *ctx) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "flash.mark_valid");
    if (fault == FAULT_ERROR || fault == FAULT_CUT_BEFORE) return OTA_PORT_IO;
    otadata_entry_t *entry = &world->otadata[world->running];
    // Half-way the entry is erased, and the other one boots.
    if (fault == FAULT_CUT_HALF) entry->present = false;
    else entry->state = OTA_SLOT_VALID;
    world_after(world, fault);
    return OTA_PORT_OK;
}

static ota_port_result_t roll_back(void *ctx) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "flash.roll_back");
    const int other = 1 - world->running;
    if (fault == FAULT_ERROR || fault == FAULT_CUT_BEFORE) return OTA_PORT_IO;
    if (rejected(&world->otadata[other]) || !bootable(world, other)) return OTA_PORT_REFUSED;
    world->otadata[world->running].state = OTA_SLOT_INVALID;
    world_after(world, fault);
    world_cut(world, OTA_RESET_SOFTWARE);
    return OTA_PORT_OK;
}

void world_flash_port(world_t *world) {
    world->port.flash = (ota_flash_port_t){world, facts,  slot_state, read,       begin,     resume, write,
                                           end,   abort_writing, set_boot, mark_valid, roll_back};
}
