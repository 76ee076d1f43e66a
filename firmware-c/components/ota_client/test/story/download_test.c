#include "check.h"
#include "world.h"

#include <stdio.h>

/** What the download does when the server or the way to it is wrong. Each tamper works on the first `times` downloads. */

static world_t world;
static uint32_t times;
static void (*spoil)(world_t *w, const ota_http_request_t *request, reply_t *reply);

static void tamper(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    if (route == ROUTE_DOWNLOAD && nth <= times) spoil(w, request, reply);
}

static int round_with(void (*how)(world_t *w, const ota_http_request_t *request, reply_t *reply), uint32_t often) {
    world_start(&world);
    world.tamper = tamper;
    spoil = how;
    times = often;
    const int err = world_boot(&world);
    return err != OTA_OK ? err : world_round(&world);
}

static bool done(int err) { return err == OTA_OK && world.dead && world_holds(&world, 1, &world.images[1]); }
static bool untouched(void) { return world.begun_count == 0 && world.otadata[1].seq == 0 && world_sound(&world); }

#define SPOIL(name) static void name(world_t *w, const ota_http_request_t *request, reply_t *reply)
#define USE_ALL \
    (void)w; \
    (void)request; \
    (void)reply

SPOIL(drops_at_0) { USE_ALL; reply->stop_at = 0; reply->end = OTA_PORT_DROPPED; }
SPOIL(drops_at_1) { USE_ALL; reply->stop_at = 1; reply->end = OTA_PORT_DROPPED; }
SPOIL(drops_in_the_head) { USE_ALL; reply->stop_at = 287; reply->end = OTA_PORT_DROPPED; }
SPOIL(drops_at_a_sector) { USE_ALL; reply->stop_at = 4096; reply->end = OTA_PORT_DROPPED; }
SPOIL(drops_at_last_byte) { USE_ALL; reply->stop_at = reply->len - 1; reply->end = OTA_PORT_DROPPED; }
SPOIL(ends_early) { USE_ALL; reply->stop_at = 7777; reply->end = OTA_PORT_OK; reply->head.content_length = -1; }
SPOIL(is_empty) { USE_ALL; reply->len = 0; reply->head.content_length = -1; }
SPOIL(stalls) { USE_ALL; reply->stop_at = 5000; reply->end = OTA_PORT_TIMEOUT; }
SPOIL(cannot_connect) { USE_ALL; reply->opened = OTA_PORT_CONNECT; }
SPOIL(no_memory) { USE_ALL; reply->opened = OTA_PORT_NO_MEMORY; }
SPOIL(tls) { USE_ALL; reply->opened = OTA_PORT_TLS; }
SPOIL(no_length) { USE_ALL; reply->head.content_length = -1; }
SPOIL(too_long) { USE_ALL; reply->head.content_length++; }
SPOIL(too_short) { USE_ALL; reply->head.content_length--; }
SPOIL(page) { USE_ALL; strcpy(reply->head.content_type, "text/html"); }
SPOIL(page_in_disguise) {
    USE_ALL;
    memset(w->json, 'x', 4000);
    memcpy(w->json, "<html>", 6);
    reply->body = (const uint8_t *)w->json;
    reply->len = 4000;
    reply->head.content_length = -1;
}
SPOIL(packed) { USE_ALL; strcpy(reply->head.content_encoding, "gzip"); }
SPOIL(identity) { USE_ALL; strcpy(reply->head.content_encoding, "Identity"); }
SPOIL(error_500) { USE_ALL; reply->head.status = 500; }
SPOIL(error_408) { USE_ALL; reply->head.status = 408; }
SPOIL(error_404) { USE_ALL; reply->head.status = 404; }
SPOIL(error_403) { USE_ALL; reply->head.status = 403; }
SPOIL(busy) { USE_ALL; reply->head.status = 503; strcpy(reply->head.retry_after, "120"); }
SPOIL(busy_without_words) { USE_ALL; reply->head.status = 429; }
SPOIL(busy_for_long) { USE_ALL; reply->head.status = 503; strcpy(reply->head.retry_after, "7200"); }
SPOIL(unasked_part) { USE_ALL; reply->head.status = 206; strcpy(reply->head.content_range, "bytes 0-19999/20000"); }
SPOIL(garbled) { USE_ALL; w->images[2] = w->images[1]; w->images[2].bytes[9000] ^= 1; reply->body = w->images[2].bytes; }
SPOIL(other_chip) { USE_ALL; w->images[2] = w->images[1]; w->images[2].bytes[12] ^= 1; reply->body = w->images[2].bytes; }
SPOIL(one_byte_at_a_time) { USE_ALL; reply->piece = 1; }
SPOIL(drips) { USE_ALL; reply->piece = 1; reply->read_ms = 1000; }
SPOIL(redirects) { USE_ALL; reply->head.status = 302; strcpy(reply->head.location, "/api/ota/download/2?hop"); }
SPOIL(redirects_to_login) { USE_ALL; reply->head.status = 302; strcpy(reply->head.location, "/login"); }
SPOIL(redirects_to_http) { USE_ALL; reply->head.status = 301; strcpy(reply->head.location, "http://cdn.example/api/ota/download/2"); }
SPOIL(redirects_nowhere) { USE_ALL; reply->head.status = 307; }
SPOIL(redirects_too_far) { USE_ALL; reply->head.status = 307; reply->head.location_too_long = true; }

static void goes_on_after_a_drop(void) {
    CHECK(done(round_with(drops_at_0, 2)));
    CHECK(done(round_with(drops_at_1, 2)));
    CHECK(done(round_with(drops_in_the_head, 2)));
    CHECK(done(round_with(drops_at_a_sector, 2)));
    CHECK_EQ(world.last_range, 8192);
    CHECK(world.last_if_range[0] == '"');
    CHECK(done(round_with(drops_at_last_byte, 1)));
    CHECK_EQ(world.last_range, WORLD_IMAGE_SIZE - 1);
    CHECK(done(round_with(ends_early, 1)));
    CHECK_EQ(world.last_range, 7777);
    CHECK(done(round_with(stalls, 2)));
    CHECK(done(round_with(cannot_connect, 4)));
    CHECK(done(round_with(no_memory, 1)));
    CHECK(done(round_with(is_empty, 1)));
    CHECK(done(round_with(one_byte_at_a_time, 1)));
    CHECK(done(round_with(no_length, 1)));
    CHECK(done(round_with(identity, 1)));
}

static void gives_up_without_progress(void) {
    CHECK_EQ(round_with(drops_at_0, 99), OTA_ERR_DROPPED);
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 5);
    CHECK(untouched());
    CHECK_EQ(round_with(is_empty, 99), OTA_ERR_DROPPED);
    CHECK(untouched());
    CHECK_EQ(round_with(cannot_connect, 99), OTA_ERR_CONNECT);
    // A sector each time is progress: twenty drops and more end well.
    CHECK(done(round_with(drops_at_a_sector, 99)));
}

static void judges_the_head_before_anything_is_erased(void) {
    CHECK_EQ(round_with(too_long, 99), OTA_ERR_PROTOCOL);
    CHECK(untouched());
    CHECK_EQ(round_with(too_short, 99), OTA_ERR_PROTOCOL);
    CHECK(untouched());
    CHECK_EQ(round_with(packed, 99), OTA_ERR_PROTOCOL);
    CHECK(untouched());
    CHECK_EQ(round_with(unasked_part, 99), OTA_ERR_PROTOCOL);
    CHECK(untouched());
    CHECK_EQ(round_with(other_chip, 99), OTA_ERR_IMAGE_CHIP);
    CHECK(untouched());
    CHECK(done(round_with(too_long, 1)));
}

static void recognises_portals(void) {
    CHECK_EQ(round_with(page, 99), OTA_ERR_PORTAL);
    CHECK(untouched());
    CHECK_EQ(round_with(page_in_disguise, 99), OTA_ERR_PORTAL);
    CHECK(untouched());
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 1);
    CHECK_EQ(round_with(redirects_to_login, 99), OTA_ERR_HTTP_STATUS);
    CHECK(untouched());
    CHECK_EQ(world.core.record.ledger[0].failures, 0);
}

static void tells_statuses_apart(void) {
    CHECK(done(round_with(error_500, 3)));
    CHECK(done(round_with(error_408, 1)));
    CHECK_EQ(round_with(error_500, 99), OTA_ERR_HTTP_STATUS);
    CHECK_EQ(round_with(error_404, 99), OTA_ERR_HTTP_STATUS);
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 1);
    CHECK_EQ(round_with(tls, 99), OTA_ERR_TLS);
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 1);
}

static void patience_is_no_failure(void) {
    CHECK(done(round_with(busy, 8)));
    CHECK(world.now_ms >= 8u * 120000u);
    CHECK(done(round_with(busy_without_words, 8)));
    CHECK(world.now_ms > 100000);
    CHECK_EQ(round_with(busy_for_long, 99), OTA_ERR_BUSY);
    CHECK(world.last_wait_ms >= 7200000 && world.last_wait_ms <= 7920000);
    CHECK_EQ(world.core.record.ledger[0].failures, 0);
    CHECK_EQ(world.core.failures, 0);
}

static void a_link_that_ended_is_asked_anew(void) {
    CHECK(done(round_with(error_403, 1)));
    CHECK_EQ(world.served[ROUTE_CHECK], 2);
    CHECK_EQ(round_with(error_403, 99), OTA_ERR_AUTH);
    CHECK_EQ(world.served[ROUTE_CHECK], 2);
}

static void a_drip_ends_with_the_total_timeout(void) {
    world_start(&world);
    CHECK_EQ(round_with(drips, 99), OTA_ERR_TIMEOUT);
    CHECK_EQ(world.now_ms - world.last_wait_ms, 30 * 60 * 1000);
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 1);
}

static void a_wrong_hash_is_never_installed(void) {
    CHECK_EQ(round_with(garbled, 99), OTA_ERR_HASH);
    CHECK_EQ(world.otadata[1].seq, 0);
    CHECK_EQ(world.core.record.ledger[0].failures, 4);
    CHECK(world_kv(&world, "resume") == NULL);
    CHECK_STR(world.reports, "downloading failed ");
    CHECK_EQ(world_round(&world), OTA_ERR_HASH);
    CHECK_EQ(world_round(&world), OTA_ERR_GIVEN_UP);
    CHECK_EQ(world.served[ROUTE_DOWNLOAD], 2);
    CHECK(world.last_wait_ms > 70000000);
    world_make_image(&world.images[2], 3, "3.0.0", "scales", 0x8000, 33);
    world.offered = &world.images[2];
    times = 0;
    CHECK(world_round(&world) == OTA_OK && world.dead);
}

static void follows_redirects_to_a_limit(void) {
    CHECK(done(round_with(redirects, 5)));
    CHECK_EQ(round_with(redirects, 6), OTA_ERR_REDIRECT);
    CHECK(untouched());
    CHECK_EQ(round_with(redirects_to_http, 1), OTA_ERR_REDIRECT);
    CHECK(untouched());
    CHECK_EQ(round_with(redirects_nowhere, 1), OTA_ERR_REDIRECT);
    CHECK_EQ(round_with(redirects_too_far, 1), OTA_ERR_TOO_LONG);
}

static void stops_when_told(void) {
    world_start(&world);
    CHECK_EQ(world_boot(&world), OTA_OK);
    world.sleep_limit = 1;
    world.tamper = tamper;
    spoil = drops_at_a_sector;
    times = 99;
    CHECK_EQ(world_round(&world), OTA_ERR_STOPPED);
    world.sleep_limit = 0;
    CHECK_EQ(world_round(&world), OTA_ERR_STOPPED);
}

TEST_LIST(DOWNLOAD_TESTS) = {
    {"download: goes on after a drop", goes_on_after_a_drop},
    {"download: gives up without progress", gives_up_without_progress},
    {"download: judges the head before anything is erased", judges_the_head_before_anything_is_erased},
    {"download: recognises captive portals", recognises_portals},
    {"download: tells statuses apart", tells_statuses_apart},
    {"download: patience is no failure", patience_is_no_failure},
    {"download: a link that ended is asked anew", a_link_that_ended_is_asked_anew},
    {"download: a drip ends with the total timeout", a_drip_ends_with_the_total_timeout},
    {"download: a wrong hash is never installed", a_wrong_hash_is_never_installed},
    {"download: follows redirects to a limit", follows_redirects_to_a_limit},
    {"download: stops when told", stops_when_told},
    {NULL, NULL},
};
