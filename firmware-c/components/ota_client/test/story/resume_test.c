#include "check.h"
#include "world.h"

#include <stdio.h>

static world_t world;
static void (*spoil_second)(world_t *w, const ota_http_request_t *request, reply_t *reply);

/** The first download drops after 13,000 bytes; the second is spoiled; later ones are good. */
static void tamper(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    if (route != ROUTE_DOWNLOAD) return;
    if (nth == 1) {
        reply->stop_at = 13000;
        reply->end = OTA_PORT_DROPPED;
    }
    if (nth == 2 && spoil_second != NULL) spoil_second(w, request, reply);
}

static void start(void (*how)(world_t *w, const ota_http_request_t *request, reply_t *reply)) {
    world_start(&world);
    world.tamper = tamper;
    spoil_second = how;
}

static bool done(int err) { return err == OTA_OK && world.dead && world_holds(&world, 1, &world.images[1]); }

static int in_session(void (*how)(world_t *w, const ota_http_request_t *request, reply_t *reply)) {
    start(how);
    const int err = world_boot(&world);
    return err != OTA_OK ? err : world_round(&world);
}

static void ignores_range(world_t *w, const ota_http_request_t *request, reply_t *reply) {
    (void)request;
    reply->head.status = 200;
    reply->head.content_range[0] = '\0';
    reply->body = w->images[1].bytes;
    reply->len = w->images[1].size;
    reply->head.content_length = (int64_t)reply->len;
}

static void a_200_starts_again_from_0(void) {
    CHECK(done(in_session(ignores_range)));
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 2);
    CHECK_EQ(world.written, 12288 + WORLD_IMAGE_SIZE);
}

#define RANGE(name, text) \
    static void name(world_t *w, const ota_http_request_t *request, reply_t *reply) { \
        (void)w; \
        (void)request; \
        strcpy(reply->head.content_range, text); \
    }
RANGE(starts_late, "bytes 13001-19999/20000")
RANGE(starts_early, "bytes 12999-19999/20000")
RANGE(other_total, "bytes 13000-19999/20001")
RANGE(no_content_range, "")
RANGE(ends_short, "bytes 13000-19998/20000")

static void other_etag(world_t *w, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)request;
    strcpy(reply->head.etag, "\"other\"");
}

static void other_length(world_t *w, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)request;
    reply->head.content_length--;
}

static void packed(world_t *w, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)request;
    strcpy(reply->head.content_encoding, "gzip");
}

static void unsatisfiable(world_t *w, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)request;
    reply->head.status = 416;
}

static void what_does_not_fit_is_asked_whole(void) {
    void (*const WRONG[])(world_t *, const ota_http_request_t *, reply_t *) = {
        starts_late, starts_early, other_total, no_content_range, ends_short, other_etag, other_length, packed, unsatisfiable};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        CHECK(done(in_session(WRONG[i])));
        CHECK_EQ(world.served[ROUTE_DOWNLOAD], 3);
        CHECK_EQ(world.last_range, 0);
    }
}

RANGE(unknown_total, "bytes 13000-19999/*")
static void no_etag(world_t *w, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)request;
    reply->head.etag[0] = '\0';
    reply->head.content_length = -1;
}

static void what_fits_goes_on(void) {
    CHECK(done(in_session(unknown_total)));
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 2);
    CHECK_EQ(world.written, WORLD_IMAGE_SIZE);
    CHECK(done(in_session(no_etag)));
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 2);
}

static void wrong_bytes(world_t *w, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)request;
    reply->body -= 5;
}

static void wrong_bytes_of_a_part_are_not_the_versions_fault(void) {
    CHECK(done(in_session(wrong_bytes)));
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 3);
    CHECK_EQ(world.core.record.ledger[0].failures, 0);
}

static void weak_etag(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    if (route == ROUTE_DOWNLOAD) strcpy(reply->head.etag, "W/\"x\"");
    tamper(w, route, nth, request, reply);
}

static void a_weak_etag_is_no_condition(void) {
    start(NULL);
    world.tamper = weak_etag;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK(done(world_round(&world)));
    CHECK_EQ(world.last_range, 13000);
    CHECK_STR(world.last_if_range, "");
}

/** The power goes in the second answer; what the device does after. */
static void power_goes(world_t *w, const ota_http_request_t *request, reply_t *reply) {
    (void)request;
    (void)reply;
    world_cut(w, OTA_RESET_POWER_ON);
}

static void after_a_power_cut(void) {
    start(power_goes);
    (void)world_boot(&world);
    (void)world_round(&world);
}

static void goes_on_after_a_reboot(void) {
    after_a_power_cut();
    CHECK(world.dead);
    CHECK_EQ(world_boot(&world), OTA_OK);
    world.written = 0;
    CHECK(done(world_round(&world)));
    CHECK_EQ(world.last_range, 8192);
    CHECK(world.last_if_range[0] == '"');
    CHECK_EQ(world.written, WORLD_IMAGE_SIZE - 8192);
    CHECK_EQ(world.begun_count, 1);
}

static void goes_on_after_a_failed_round(void) {
    start(NULL);
    world.config.retry_max = OTA_NONE;
    world.config.buffer_size = 1280; // so that it stands in the middle of a sector
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_ERR_DROPPED);
    CHECK(done(world_round(&world)));
    CHECK_EQ(world.last_range, 12288);
}

static void nothing_is_stored_when_told_so(void) {
    start(NULL);
    world.config.resume_step_bytes = OTA_NONE;
    world.config.retry_max = OTA_NONE;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(world_round(&world), OTA_ERR_DROPPED);
    CHECK(world_kv(&world, "resume") == NULL);
}

static void another_file_begins_anew(void) {
    after_a_power_cut();
    world.offered = &world.images[2];
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK(world_round(&world) == OTA_OK && world_holds(&world, 1, &world.images[2]));
    CHECK_EQ(world.last_range, 0);
}

static void changed_etag_after_a_reboot_begins_anew(void) {
    after_a_power_cut();
    ota_resume_t *resume = (ota_resume_t *)(void *)world_kv(&world, "resume")->value;
    strcpy(resume->etag, "\"old\"");
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK(done(world_round(&world)));
    CHECK_EQ(world.begun_count, 2);
}

static void spoiled_flash_is_noticed(void) {
    after_a_power_cut();
    world.flash[1][5000] ^= 0x10;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK(done(world_round(&world)));
    CHECK_EQ(world.last_range, 0);
    CHECK_EQ(world.core.record.ledger[0].failures, 0);
}

/** Each call from the reboot on fails once: hashing again may fail in many ways, and none of them may do harm. */
static void any_failure_of_resuming_begins_anew_or_later(void) {
    for (uint32_t n = 1;; n++) {
        after_a_power_cut();
        CHECK_EQ(world_boot(&world), OTA_OK);
        world.fault = FAULT_ERROR;
        world.fault_at = world.calls + n;
        (void)world_round(&world);
        CHECK(world_reaches(&world, "2.0.0", 6));
        if (world.fault_name == NULL) return;
    }
}

static void a_store_that_refuses_stops_nothing(void) {
    start(power_goes);
    CHECK_EQ(world_boot(&world), OTA_OK);
    for (int i = 0; i < 8; i++) strcpy(world.kv[i].key, "full");
    (void)world_round(&world);
    CHECK(world.dead && world_log_has(&world, "place of the download could not be stored"));
}

TEST_LIST(RESUME_TESTS) = {
    {"resume: a 200 starts again from 0", a_200_starts_again_from_0},
    {"resume: what does not fit is asked whole", what_does_not_fit_is_asked_whole},
    {"resume: what fits goes on", what_fits_goes_on},
    {"resume: wrong bytes of a part are not the version's fault", wrong_bytes_of_a_part_are_not_the_versions_fault},
    {"resume: a weak ETag is no condition", a_weak_etag_is_no_condition},
    {"resume: goes on after a reboot", goes_on_after_a_reboot},
    {"resume: goes on after a failed round", goes_on_after_a_failed_round},
    {"resume: nothing is stored when told so", nothing_is_stored_when_told_so},
    {"resume: another file begins anew", another_file_begins_anew},
    {"resume: a changed ETag after a reboot begins anew", changed_etag_after_a_reboot_begins_anew},
    {"resume: spoiled flash is noticed", spoiled_flash_is_noticed},
    {"resume: any failure of resuming begins anew or later", any_failure_of_resuming_begins_anew_or_later},
    {"resume: a store that refuses stops nothing", a_store_that_refuses_stops_nothing},
    {NULL, NULL},
};
