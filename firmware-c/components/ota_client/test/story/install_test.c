#include "check.h"
#include "world.h"

static world_t world;

/** Runs a round in which the n-th call of that name fails; n counts from 1. */
static int round_failing(const char *name, uint32_t n) {
    uint32_t at = 0;
    for (;;) {
        uint32_t seen = 0;
        world_start(&world);
        if (world_boot(&world) != OTA_OK) return 1;
        const uint32_t before = world.calls;
        world.fault = FAULT_ERROR;
        world.fault_at = before + ++at;
        const int err = world_round(&world);
        if (world.fault_name == NULL) return 2; // no such call
        seen += strcmp(world.fault_name, name) == 0;
        if (seen > 0 && --n == 0) return err;
    }
}

static void a_file_that_does_not_verify_is_not_chosen(void) {
    world_start(&world);
    world.images[1].rotten = true;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_ERR_IMAGE_INVALID);
    CHECK_EQ(world.otadata[1].seq, 0);
    CHECK_EQ(world.core.record.ledger[0].failures, 4);
}

static void errors_of_flash_are_named(void) {
    CHECK_EQ(round_failing("flash.begin", 1), OTA_ERR_FLASH);
    CHECK_EQ(round_failing("flash.write", 2), OTA_ERR_FLASH);
    CHECK_EQ(round_failing("flash.end", 1), OTA_ERR_FLASH);
    CHECK_EQ(round_failing("flash.set_boot", 1), OTA_ERR_FLASH);
    CHECK_EQ(world.core.record.trial.stage, OTA_TRIAL_NONE);
    CHECK_EQ(world.core.record.ledger[0].failures, 0);
    CHECK_STR(world.reports, "downloading installing failed ");
}

static void errors_of_the_hash_are_named(void) {
    CHECK_EQ(round_failing("hash.start", 1), OTA_ERR_DIGEST);
    CHECK_EQ(round_failing("hash.update", 1), OTA_ERR_DIGEST);
    CHECK_EQ(round_failing("hash.finish", 1), OTA_ERR_DIGEST);
    CHECK_EQ(world.otadata[1].seq, 0);
}

static void without_a_record_there_is_no_switch(void) {
    // two places of the download are stored before it
    CHECK_EQ(round_failing("kv.set", 3), OTA_ERR_STORE);
    CHECK_EQ(world.otadata[1].seq, 0);
}

static bool rots;
static ota_port_result_t (*whole_end)(void *ctx);
static ota_port_result_t end_then_rot(void *ctx) {
    const ota_port_result_t result = whole_end(ctx);
    world.images[1].rotten = rots;
    return result;
}

static void refused_at_the_switch(void) {
    world_start(&world);
    CHECK_EQ(world_boot(&world), OTA_OK);
    whole_end = world.port.flash.end;
    world.port.flash.end = end_then_rot;
    rots = true;
    CHECK_EQ(world_round(&world), OTA_ERR_IMAGE_INVALID);
    CHECK_EQ(world.core.record.trial.stage, OTA_TRIAL_NONE);
    CHECK_EQ(world.core.record.ledger[0].failures, 4);
}

static void settles_before_it_installs(void) {
    world_start(&world);
    world.otadata[0].state = OTA_SLOT_PENDING;
    world.self_test = NULL;
    world_bootloader(&world);
    world.otadata[0].state = OTA_SLOT_NEW;
    CHECK_EQ(world_boot(&world), OTA_OK);
    ota_update_t update;
    CHECK_EQ(ota_core_check(&world.core, &update), OTA_OK);
    CHECK_EQ(ota_core_install(&world.core, &update), OTA_OK);
    CHECK_EQ(world.otadata[0].state, OTA_SLOT_VALID);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_NEW);
}

TEST_LIST(INSTALL_TESTS) = {
    {"install: a file that does not verify is not chosen", a_file_that_does_not_verify_is_not_chosen},
    {"install: errors of flash are named", errors_of_flash_are_named},
    {"install: errors of the hash are named", errors_of_the_hash_are_named},
    {"install: without a record there is no switch", without_a_record_there_is_no_switch},
    {"install: refused at the switch", refused_at_the_switch},
    {"install: settles before it installs", settles_before_it_installs},
    {NULL, NULL},
};
