#include "check.h"
#include "world.h"

#include <stdio.h>

static world_t world;
static const char *answer;
static int status;
static const char *type;

static void answers(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)nth;
    (void)request;
    if (route != ROUTE_CHECK) return;
    snprintf(w->json, sizeof w->json, "%s", answer);
    snprintf(reply->head.content_type, sizeof reply->head.content_type, "%s", type);
    reply->head.status = status;
    reply->len = strlen(w->json);
}

static int check_answered(int code, const char *content_type, const char *text) {
    world_start(&world);
    world.tamper = answers;
    status = code;
    type = content_type;
    answer = text;
    ota_update_t update;
    const int err = world_boot(&world);
    return err != OTA_OK ? err : ota_core_check(&world.core, &update);
}

static int answered(const char *text) { return check_answered(200, "application/json; charset=utf-8", text); }

#define HASH "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"
#define OFFER_WITHOUT(url) \
    "{\"update_available\":true,\"firmware_id\":5,\"version\":\"2.0.0\",\"file_size\":300,\"file_hash\":\"" HASH "\"" url
#define OFFER OFFER_WITHOUT(",\"download_url\":\"https://a/b\"")

static void takes_an_offer(void) {
    CHECK_EQ(answered(OFFER ",\"build_number\":3,\"log_id\":9,\"downgrade\":true,\"new\":[1]}"), OTA_OK);
    const ota_update_t *offer = &world.core.offer;
    CHECK(offer->firmware_id == 5 && offer->build_number == 3 && offer->log_id == 9 && offer->file_size == 300 && offer->downgrade);
    CHECK(offer->sha256[0] == 0x01 && offer->sha256[31] == 0xEF);
    CHECK_STR(offer->version, "2.0.0");
    CHECK_STR(offer->download_url, "https://a/b");
    CHECK_EQ(answered(OFFER "}"), OTA_OK);
    CHECK_EQ(answered("{\"update_available\":false,\"reason\":\"up to date\"}"), OTA_ERR_NO_UPDATE);
}

static void refuses_other_answers(void) {
    static const char *const BAD[] = {
        "{}",
        "[]",
        "",
        "{\"update_available\":1}",
        "{\"update_available\":true}",
        "{\"update_available\":\"true\"}",
        OFFER ",\"update_available\":true}",
        OFFER ",\"downgrade\":1}",
        OFFER ",\"log_id\":-1}",
        OFFER ",\"log_id\":4294967296}",
        OFFER ",\"build_number\":\"3\"}",
        OFFER_WITHOUT("}"),
        OFFER_WITHOUT(",\"download_url\":\"/relative\"}"),
        OFFER_WITHOUT(",\"download_url\":\"https://a/b c\"}"),
        OFFER_WITHOUT(",\"download_url\":\"\"}"),
        OFFER_WITHOUT(",\"download_url\":7}"),
        "{\"update_available\":true,\"firmware_id\":5,\"version\":\"2 0\",\"file_size\":300,\"file_hash\":\"" HASH
        "\",\"download_url\":\"https://a/b\"}",
        "{\"update_available\":true,\"firmware_id\":5,\"version\":\"2.0.0\",\"file_size\":300,\"file_hash\":\"01\",\"download_url\":\"https://a/b\"}",
        "{\"update_available\":true,\"firmware_id\":5,\"version\":\"2.0.0\",\"file_size\":300,\"file_hash\":null,\"download_url\":\"https://a/b\"}",
        "{\"update_available\":true,\"firmware_id\":5,\"version\":\"2.0.0\",\"file_size\":3e2,\"file_hash\":\"" HASH
        "\",\"download_url\":\"https://a/b\"}",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        CHECK_EQ(answered(BAD[i]), OTA_ERR_ANSWER);
        CHECK_EQ(world.core.offer.file_size, 0);
    }
}

static void says_when_a_link_is_too_long(void) {
    static char text[2400];
    static char url[1200];
    memset(url, 'x', sizeof url - 1);
    memcpy(url, "https://a/", 10);
    snprintf(text, sizeof text, OFFER_WITHOUT(",\"download_url\":\"%s\"}"), url);
    CHECK_EQ(answered(text), OTA_ERR_TOO_LONG);
    url[OTA_URL_SIZE] = '\0';
    snprintf(text, sizeof text, OFFER_WITHOUT(",\"download_url\":\"%s\"}"), url);
    CHECK_EQ(answered(text), OTA_ERR_TOO_LONG);
    url[OTA_URL_SIZE - 1] = '\0';
    snprintf(text, sizeof text, OFFER_WITHOUT(",\"download_url\":\"%s\"}"), url);
    CHECK_EQ(answered(text), OTA_OK);
}

static void recognises_portals(void) {
    CHECK_EQ(check_answered(200, "Text/HTML; charset=utf-8", "<!DOCTYPE html>"), OTA_ERR_PORTAL);
    CHECK_EQ(check_answered(200, "application/xhtml+xml", "<html>"), OTA_ERR_PORTAL);
    CHECK_EQ(check_answered(200, "text/html", "\r\n<!DOCTYPE html>"), OTA_ERR_PORTAL);
    CHECK_EQ(check_answered(200, "", "<html>"), OTA_ERR_PORTAL);
    CHECK_EQ(check_answered(200, "", "{\"<\":<"), OTA_ERR_ANSWER);
    CHECK_EQ(check_answered(511, "text/html", "<html>"), OTA_ERR_PORTAL);
    CHECK_EQ(check_answered(302, "text/html", ""), OTA_ERR_PORTAL);
}

static void tells_statuses_apart(void) {
    CHECK_EQ(check_answered(403, "application/problem+json", "{}"), OTA_ERR_AUTH);
    CHECK_EQ(check_answered(401, "application/problem+json", "{}"), OTA_ERR_AUTH);
    CHECK_EQ(check_answered(500, "application/problem+json", "{}"), OTA_ERR_HTTP_STATUS);
    CHECK_EQ(check_answered(404, "text/html", "{}"), OTA_ERR_HTTP_STATUS);
    CHECK_EQ(check_answered(429, "", ""), OTA_ERR_BUSY);
    CHECK_EQ(check_answered(201, "application/json", "{}"), OTA_ERR_HTTP_STATUS);
}

static void asks_with_what_it_is(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)nth;
    (void)reply;
    if (route == ROUTE_CHECK) snprintf(w->last_report, sizeof w->last_report, "%s", request->body);
}

static void asks(void) {
    world_start(&world);
    world.tamper = asks_with_what_it_is;
    world.config.current_build = 12;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_OK);
    CHECK_STR(world.last_report, "{\"device_id\":9007199254740991,\"device_type\":\"scales_bridge_tab5\",\"current_version\":\"1.0.0\",\"current_build\":12}");
    CHECK_STR(world.last_url, "https://ota.example/base/api/ota/check");
}

static ota_port_result_t opened_as;
static ota_port_result_t ended_as;
static size_t stopped_at;
static uint32_t ms_a_byte;

static void breaks(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)nth;
    (void)request;
    if (route != ROUTE_CHECK) return;
    reply->opened = opened_as;
    reply->end = ended_as;
    reply->stop_at = stopped_at;
    reply->read_ms = ms_a_byte;
    if (ms_a_byte > 0) reply->piece = 1;
}

static int transport(ota_port_result_t opened, ota_port_result_t end, size_t stop_at) {
    world_start(&world);
    world.tamper = breaks;
    opened_as = opened;
    ended_as = end;
    stopped_at = stop_at;
    const int err = world_boot(&world);
    return err != OTA_OK ? err : ota_core_check(&world.core, NULL);
}

static void names_what_broke(void) {
    ms_a_byte = 0;
    CHECK_EQ(transport(OTA_PORT_TIMEOUT, OTA_PORT_OK, SIZE_MAX), OTA_ERR_TIMEOUT);
    CHECK_EQ(transport(OTA_PORT_CONNECT, OTA_PORT_OK, SIZE_MAX), OTA_ERR_CONNECT);
    CHECK_EQ(transport(OTA_PORT_TLS, OTA_PORT_OK, SIZE_MAX), OTA_ERR_TLS);
    CHECK_EQ(transport(OTA_PORT_TOO_LONG, OTA_PORT_OK, SIZE_MAX), OTA_ERR_TOO_LONG);
    CHECK_EQ(transport(OTA_PORT_PROTOCOL, OTA_PORT_OK, SIZE_MAX), OTA_ERR_PROTOCOL);
    CHECK_EQ(transport(OTA_PORT_NO_MEMORY, OTA_PORT_OK, SIZE_MAX), OTA_ERR_NO_MEMORY);
    CHECK_EQ(transport(OTA_PORT_DROPPED, OTA_PORT_OK, SIZE_MAX), OTA_ERR_DROPPED);
    CHECK_EQ(transport(OTA_PORT_OK, OTA_PORT_DROPPED, 10), OTA_ERR_DROPPED);
    CHECK_EQ(transport(OTA_PORT_OK, OTA_PORT_OK, 10), OTA_ERR_ANSWER);
    CHECK_EQ(transport(OTA_PORT_OK, OTA_PORT_TIMEOUT, 10), OTA_ERR_TIMEOUT);
    CHECK(world.now_ms <= 60000);
}

static void an_answer_that_drips_ends(void) {
    ms_a_byte = 1000;
    CHECK_EQ(transport(OTA_PORT_OK, OTA_PORT_OK, SIZE_MAX), OTA_ERR_TIMEOUT);
    CHECK_EQ(world.now_ms, 60000);
    ms_a_byte = 0;
}

static void never_ends(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    static uint8_t spaces[70000];
    (void)w;
    (void)nth;
    (void)request;
    if (route != ROUTE_CHECK) return;
    memset(spaces, ' ', sizeof spaces);
    reply->body = spaces;
    reply->len = sizeof spaces;
}

static void an_answer_without_end_is_too_long(void) {
    world_start(&world);
    world.tamper = never_ends;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_ERR_TOO_LONG);
}

static void a_question_that_does_not_fit(void) {
    world_start(&world);
    static char controls[61]; // six characters each in JSON
    memset(controls, 1, sizeof controls - 1);
    world.config.current_version = controls;
    world.config.device_type = controls;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_ERR_CONFIG);
}

static int redirect_code;
static uint32_t redirects;
static const char *location;
static bool too_long;

static void redirects_api(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)request;
    if (route == ROUTE_STATUS || nth > redirects) return;
    reply->head.status = redirect_code;
    snprintf(reply->head.location, sizeof reply->head.location, "%s", location);
    reply->head.location_too_long = too_long;
}

static int redirected(int code, uint32_t times, const char *to) {
    world_start(&world);
    world.config.token = "aaa.bbb.ccc";
    world.tamper = redirects_api;
    redirect_code = code;
    redirects = times;
    location = to;
    const int err = world_boot(&world);
    return err != OTA_OK ? err : ota_core_check(&world.core, NULL);
}

static void follows_only_what_repeats(void) {
    CHECK_EQ(redirected(307, 1, "https://ota.example/base/api/ota/check"), OTA_OK);
    CHECK_STR(world.last_bearer, "aaa.bbb.ccc");
    CHECK_EQ(redirected(308, 5, "check"), OTA_OK);
    CHECK_EQ(redirected(308, 6, "check"), OTA_ERR_REDIRECT);
    CHECK_EQ(redirected(301, 1, "check"), OTA_ERR_PORTAL);
    CHECK_EQ(redirected(303, 1, "check"), OTA_ERR_PORTAL);
    CHECK_EQ(redirected(307, 1, ""), OTA_ERR_REDIRECT);
    CHECK_EQ(redirected(307, 1, "http://ota.example/base/api/ota/check"), OTA_ERR_REDIRECT);
    too_long = true;
    CHECK_EQ(redirected(307, 1, ""), OTA_ERR_TOO_LONG);
    too_long = false;
}

static void gives_the_token_to_nobody_else(void) {
    CHECK_EQ(redirected(307, 1, "https://other.example/base/api/ota/check"), OTA_OK);
    CHECK_STR(world.last_url, "https://other.example/base/api/ota/check");
    CHECK_STR(world.last_bearer, "");
}

TEST_LIST(CHECK_TESTS) = {
    {"check: takes an offer", takes_an_offer},
    {"check: refuses other answers", refuses_other_answers},
    {"check: says when a link is too long", says_when_a_link_is_too_long},
    {"check: recognises captive portals", recognises_portals},
    {"check: tells statuses apart", tells_statuses_apart},
    {"check: asks with what it is", asks},
    {"check: names what broke", names_what_broke},
    {"check: an answer that drips ends", an_answer_that_drips_ends},
    {"check: an answer without end is too long", an_answer_without_end_is_too_long},
    {"check: a question that does not fit is a matter of configuration", a_question_that_does_not_fit},
    {"check: follows only redirects that repeat the request", follows_only_what_repeats},
    {"check: gives the token to nobody else", gives_the_token_to_nobody_else},
    {NULL, NULL},
};
