#include "check.h"
#include "world.h"

#include <stdio.h>

static world_t world;

static void start(void) {
    world_start(&world);
    world.offered = NULL;
    (void)world_boot(&world);
}

static void waits_by_what_happened(void) {
    start();
    for (int i = 0; i < 50; i++) {
        const uint32_t day = ota_core_wait_after(&world.core, OTA_ERR_NO_UPDATE);
        CHECK(day >= 77760000 && day <= 95040000);
        CHECK_EQ(world.core.failures, 0);
    }
    uint32_t last = 0;
    for (int i = 0; i < 30; i++) {
        const uint32_t wait = ota_core_wait_after(&world.core, OTA_ERR_CONNECT);
        CHECK(wait >= (i < 10 ? last : 810000) && wait <= 990000);
        last = wait;
    }
    const int settled[] = {OTA_OK, OTA_ERR_GIVEN_UP, OTA_ERR_DOWNGRADE, OTA_ERR_SAME_IMAGE, OTA_ERR_SIZE};
    for (size_t i = 0; i < sizeof settled / sizeof *settled; i++) CHECK(ota_core_wait_after(&world.core, settled[i]) > 70000000);
}

static void a_short_interval_bounds_the_backoff(void) {
    start();
    world.core.config.check_interval_s = 60;
    uint32_t shortest = UINT32_MAX;
    uint32_t longest = 0;
    for (int i = 0; i < 40; i++) {
        const uint32_t wait = ota_core_wait_after(&world.core, OTA_ERR_TLS);
        CHECK(wait <= 60000);
        if (i < 10) continue;
        if (wait < shortest) shortest = wait;
        if (wait > longest) longest = wait;
    }
    CHECK(shortest >= 54000 && longest - shortest > 3000);
}

static void keeps_to_retry_after(void) {
    start();
    world.core.asked_wait_ms = 200000000;
    const uint32_t wait = ota_core_wait_after(&world.core, OTA_ERR_BUSY);
    CHECK(wait >= 200000000 && wait <= 220000000);
    world.core.asked_wait_ms = 0;
    CHECK(ota_core_wait_after(&world.core, OTA_ERR_BUSY) <= 1100);
}

static void shed(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)request;
    if (route == ROUTE_CHECK && nth == 1) {
        reply->head.status = 429;
        strcpy(reply->head.retry_after, "3600");
    }
    if (route == ROUTE_STATUS) {
        reply->head.status = 503;
        strcpy(reply->head.retry_after, "7");
    }
}

static void a_reports_wait_is_not_the_checks(void) {
    start();
    world.tamper = shed;
    ota_update_t update = {.firmware_id = 2};
    CHECK_EQ(ota_core_report(&world.core, &update, "failed", 0, NULL), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_ERR_BUSY);
    CHECK(world.last_wait_ms >= 3600000);
}

static void runs_until_it_is_stopped(void) {
    world_start(&world);
    world.offered = NULL;
    CHECK_EQ(world_boot(&world), OTA_OK);
    world.sleep_limit = 12;
    CHECK_EQ(ota_core_run(&world.core), OTA_ERR_STOPPED);
    CHECK(world.served[ROUTE_CHECK] >= 10);
    CHECK(world.now_ms > 700000000);
    start();
    world.sleep_limit = 1;
    CHECK_EQ(ota_core_run(&world.core), OTA_ERR_STOPPED);
    CHECK_EQ(world.served[ROUTE_CHECK], 0);
}

static void spreads_the_first_check(void) {
    uint64_t first = 0;
    for (int i = 0; i < 20; i++) {
        world_start(&world);
        world.offered = NULL;
        world.random = (uint32_t)(i * 7919);
        CHECK_EQ(world_boot(&world), OTA_OK);
        world.sleep_limit = 2;
        CHECK_EQ(ota_core_run(&world.core), OTA_ERR_STOPPED);
        const uint64_t waited = world.now_ms % 100000;
        if (i == 0) first = waited;
        else if (waited != first) first = UINT64_MAX;
    }
    CHECK_EQ(first, UINT64_MAX);
    start();
    world.core.config.first_check_spread_ms = 0;
    world.sleep_limit = 1;
    CHECK_EQ(ota_core_run(&world.core), OTA_ERR_STOPPED);
    CHECK_EQ(world.served[ROUTE_CHECK], 1);
}

static void a_new_image_does_not_wait(void) {
    world_start(&world);
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_OK);
    CHECK_EQ(world_boot(&world), OTA_OK);
    world.sleep_limit = 1;
    CHECK_EQ(ota_core_run(&world.core), OTA_ERR_STOPPED);
    CHECK_EQ(world.otadata[1].state, OTA_SLOT_VALID);
}

static void stops_within_a_round(void) {
    world_start(&world);
    CHECK_EQ(world_boot(&world), OTA_OK);
    world.core.config.first_check_spread_ms = 0;
    world.sleep_limit = 0;
    CHECK_EQ(ota_core_run(&world.core), OTA_ERR_STOPPED);
    CHECK_EQ(world.served[ROUTE_CHECK], 1);
}

static void other_bytes(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)nth;
    (void)request;
    if (route != ROUTE_DOWNLOAD) return;
    w->images[2] = w->images[1];
    w->images[2].bytes[9000] ^= 1;
    reply->body = w->images[2].bytes;
}

/** Its report is delivered before the line is written. */
static void names_the_state_that_failed(void) {
    world_start(&world);
    world.tamper = other_bytes;
    CHECK_EQ(world_boot(&world), OTA_OK);
    world.core.config.first_check_spread_ms = 0;
    world.sleep_limit = 3;
    CHECK_EQ(ota_core_run(&world.core), OTA_ERR_STOPPED);
    CHECK(world_log_has(&world, "verify: OTA_ERR_HASH, next try in "));
    CHECK(world_log_has(&world, "plan: OTA_ERR_GIVEN_UP, next try in "));
    CHECK(!world_log_has(&world, "report: OTA_ERR"));
    CHECK(strstr(world.reports, "failed") != NULL);
}

TEST_LIST(SCHEDULE_TESTS) = {
    {"schedule: waits by what happened", waits_by_what_happened},
    {"schedule: a short interval bounds the backoff", a_short_interval_bounds_the_backoff},
    {"schedule: keeps to Retry-After", keeps_to_retry_after},
    {"schedule: a report's wait is not the check's", a_reports_wait_is_not_the_checks},
    {"schedule: runs until it is stopped", runs_until_it_is_stopped},
    {"schedule: spreads the first check", spreads_the_first_check},
    {"schedule: a new image does not wait", a_new_image_does_not_wait},
    {"schedule: stops within a round", stops_within_a_round},
    {"schedule: names the state that failed", names_the_state_that_failed},
    {NULL, NULL},
};
