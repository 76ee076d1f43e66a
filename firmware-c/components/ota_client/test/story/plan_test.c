#include "check.h"
#include "world.h"

static world_t world;
static ota_update_t update;

static void start(void) {
    world_start(&world);
    world.images[1].bytes[36] = 5;
    world_seal(&world.images[1]);
    (void)world_boot(&world);
    (void)ota_core_check(&world.core, &update);
}

/** What comes of an offer; nothing must have been touched. */
static int planned(void) {
    const int err = ota_core_install(&world.core, &update);
    return world.begun_count == 0 && world.served[ROUTE_DOWNLOAD] == 0 ? err : 1;
}

static void needs_room(void) {
    start();
    world.target_size = update.file_size - 1;
    CHECK_EQ(planned(), OTA_ERR_SIZE);
    world.target_size = 0;
    CHECK_EQ(planned(), OTA_ERR_FLASH);
    start();
    update.file_size = 287;
    CHECK_EQ(planned(), OTA_ERR_SIZE);
}

static void needs_a_safe_address(void) {
    start();
    strcpy(update.download_url, "http://cdn.example/api/ota/download/2");
    CHECK_EQ(planned(), OTA_ERR_REDIRECT);
    strcpy(update.download_url, "cdn.example");
    CHECK_EQ(planned(), OTA_ERR_ANSWER);
}

static void takes_no_older_version(void) {
    start();
    strcpy(update.version, "0.9.0");
    CHECK_EQ(planned(), OTA_ERR_DOWNGRADE);
    strcpy(update.version, "1.0.0");
    CHECK_EQ(planned(), OTA_ERR_DOWNGRADE);
    strcpy(update.version, "2.0.0");
    update.downgrade = true;
    CHECK_EQ(planned(), OTA_ERR_DOWNGRADE);
}

static void takes_an_older_one_when_allowed(void) {
    world_start(&world);
    CHECK(world_reaches(&world, "2.0.0", 4));
    world.offered = &world.images[0];
    world.offer_downgrade = true;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_ERR_DOWNGRADE);
    world.config.allow_downgrade = true;
    CHECK(world_reaches(&world, "1.0.0", 4));
}

static void never_below_the_secure_version(void) {
    start();
    world.config.allow_downgrade = true;
    world.efuse_secure_version = 6;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_ERR_IMAGE_SECURE_VERSION);
    CHECK_EQ(world.begun_count, 0);
    world.efuse_secure_version = 5;
    CHECK(world_reaches(&world, "2.0.0", 4));
}

static void a_higher_build_of_the_same_version_is_newer(void) {
    start();
    world.core.build_known = true;
    world.core.build = 2;
    strcpy(update.version, "1.0.0");
    CHECK_EQ(planned(), OTA_ERR_DOWNGRADE);
    update.build_number = 3;
    CHECK_EQ(ota_core_install(&world.core, &update), OTA_ERR_IMAGE_VERSION);
}

static void versions_that_cannot_be_ordered_are_the_servers_word(void) {
    world_start(&world);
    world.config.current_version = "nightly";
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK(world_round(&world) == OTA_OK && world.dead);
    start();
    strcpy(update.version, "nightly");
    CHECK_EQ(ota_core_install(&world.core, &update), OTA_ERR_IMAGE_VERSION);
}

static void a_stale_configured_version_makes_no_loop(void) {
    world_start(&world);
    world.config.current_version = "1.0.0";
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK(world_round(&world) == OTA_OK && world.dead);
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_ERR_SAME_IMAGE);
    CHECK_EQ(world.boots, 2);
    // The same file by cable into the other slot, or other bytes in this one, are another matter.
    world.core.running.print ^= 1;
    CHECK(world_round(&world) == OTA_OK && world.dead);
}

static void refuses_while_unconfirmed(void) {
    start();
    world.core.settled = true; // as if another updater had brought what runs
    world.otadata[0].state = OTA_SLOT_PENDING;
    CHECK_EQ(planned(), OTA_ERR_UNCONFIRMED);
}

static void flash_that_cannot_be_asked(void) {
    start();
    world.fault = FAULT_ERROR;
    world.fault_at = world.calls + 2;
    CHECK_EQ(planned(), OTA_ERR_FLASH);
    CHECK_STR(world.fault_name, "flash.facts");
}

TEST_LIST(PLAN_TESTS) = {
    {"plan: needs room", needs_room},
    {"plan: needs a safe address", needs_a_safe_address},
    {"plan: takes no older version", takes_no_older_version},
    {"plan: takes an older one when allowed", takes_an_older_one_when_allowed},
    {"plan: never below the secure version", never_below_the_secure_version},
    {"plan: a higher build of the same version is newer", a_higher_build_of_the_same_version_is_newer},
    {"plan: versions that cannot be ordered are the server's word", versions_that_cannot_be_ordered_are_the_servers_word},
    {"plan: a stale configured version makes no loop", a_stale_configured_version_makes_no_loop},
    {"plan: refuses while unconfirmed", refuses_while_unconfirmed},
    {"plan: flash that cannot be asked", flash_that_cannot_be_asked},
    {NULL, NULL},
};
