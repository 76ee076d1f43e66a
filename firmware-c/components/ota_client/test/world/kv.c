#include "world.h"

#include <string.h>

kv_entry_t *world_kv(world_t *world, const char *key) {
    for (int i = 0; i < 8; i++) {
        if (strcmp(world->kv[i].key, key) == 0) return &world->kv[i];
    }
    return NULL;
}

static ota_port_result_t get(void *ctx, const char *key, void *value, size_t size, size_t *len) {
    world_t *world = ctx;
    const kv_entry_t *entry = world_kv(world, key);
    if (world_fails(world, "kv.get")) return OTA_PORT_IO;
    if (entry == NULL || entry->len > size) return OTA_PORT_NOT_FOUND;
    memcpy(value, entry->value, entry->len);
    *len = entry->len;
    return OTA_PORT_OK;
}

static ota_port_result_t set(void *ctx, const char *key, const void *value, size_t len) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "kv.set");
    kv_entry_t *entry = world_kv(world, key);
    if (entry == NULL) entry = world_kv(world, "");
    if (fault == FAULT_ERROR || fault == FAULT_CUT_BEFORE || entry == NULL || len > sizeof entry->value) return OTA_PORT_IO;
    if (fault != FAULT_CUT_HALF) {
        strcpy(entry->key, key);
        memcpy(entry->value, value, len);
        entry->len = len;
    }
    world_after(world, fault);
    return OTA_PORT_OK;
}

static ota_port_result_t erase(void *ctx, const char *key) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "kv.erase");
    kv_entry_t *entry = world_kv(world, key);
    if (fault == FAULT_ERROR || fault == FAULT_CUT_BEFORE) return OTA_PORT_IO;
    if (entry != NULL && fault != FAULT_CUT_HALF) memset(entry, 0, sizeof *entry);
    world_after(world, fault);
    return OTA_PORT_OK;
}

static ota_port_result_t erase_all(void *ctx) {
    world_t *world = ctx;
    const fault_t fault = world_step(world, "kv.erase_all");
    if (fault == FAULT_ERROR || fault == FAULT_CUT_BEFORE) return OTA_PORT_IO;
    memset(world->kv, 0, sizeof world->kv);
    world_after(world, fault);
    return OTA_PORT_OK;
}

void world_kv_port(world_t *world) { world->port.kv = (ota_kv_port_t){world, get, set, erase, erase_all}; }
