#include "check.h"
#include "world.h"

#include <stdio.h>

static world_t world;
static ota_update_t update;
static uint32_t times;
static int status;
static const char *text;

static void status_answers(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)request;
    if (route != ROUTE_STATUS || nth > times) return;
    reply->head.status = status;
    if (text == NULL) return;
    snprintf(w->json, sizeof w->json, "%s", text);
    reply->len = strlen(w->json);
}

static int start(uint32_t often, int code, const char *answer) {
    world_start(&world);
    world.tamper = status_answers;
    times = often;
    status = code;
    text = answer;
    const int err = world_boot(&world);
    return err != OTA_OK ? err : ota_core_check(&world.core, &update);
}

static bool waits(ota_status_t expected) { return world.core.record.reports[0].status == expected; }

static void a_final_report_waits(void) {
    CHECK_EQ(start(1, 500, NULL), OTA_OK);
    CHECK_EQ(ota_core_report(&world.core, &update, "failed", 5, "no \"room\""), OTA_OK);
    CHECK(waits(OTA_STATUS_FAILED));
    CHECK_EQ(world_boot(&world), OTA_OK);
    world.offered = NULL;
    CHECK_EQ(world_round(&world), OTA_ERR_NO_UPDATE);
    CHECK(waits(OTA_STATUS_NONE));
    CHECK(strstr(world.last_report, "no \\\"room\\\"") != NULL);
}

static void others_are_told_or_not(void) {
    CHECK_EQ(start(1, 500, NULL), OTA_OK);
    CHECK_EQ(ota_core_report(&world.core, &update, "downloading", 5, NULL), OTA_ERR_HTTP_STATUS);
    CHECK(waits(OTA_STATUS_NONE));
    CHECK_EQ(ota_core_report(&world.core, &update, "downloading", 5, NULL), OTA_OK);
    CHECK_EQ(ota_core_report(&world.core, &update, "done", 5, NULL), OTA_ERR_CONFIG);
}

static void only_the_servers_answer_counts(void) {
    CHECK_EQ(start(1, 200, "{\"hotel\":\"welcome\"}"), OTA_OK);
    CHECK_EQ(ota_core_report(&world.core, &update, "success", 5, NULL), OTA_OK);
    CHECK(waits(OTA_STATUS_SUCCESS));
    CHECK_EQ(start(1, 200, "{\"log_id\":\"x\"}"), OTA_OK);
    CHECK_EQ(ota_core_report(&world.core, &update, "success", 5, NULL), OTA_OK);
    CHECK(waits(OTA_STATUS_SUCCESS));
}

static void hopeless_ones_are_dropped(void) {
    static const int CODES[] = {400, 403, 404, 422};
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
        CHECK_EQ(start(99, 500, NULL), OTA_OK);
        CHECK_EQ(ota_core_report(&world.core, &update, "failed", 5, NULL), OTA_OK);
        status = CODES[i];
        world.offered = NULL;
        CHECK_EQ(world_round(&world), OTA_ERR_NO_UPDATE);
        CHECK(waits(OTA_STATUS_NONE));
        CHECK(world_log_has(&world, "wants no report of failed"));
        CHECK_EQ(ota_core_report(&world.core, &update, "failed", 5, NULL), CODES[i] == 403 ? OTA_ERR_AUTH : OTA_ERR_HTTP_STATUS);
    }
}

static void others_stay(void) {
    static const int CODES[] = {401, 408, 429, 500, 503, 302};
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
        CHECK_EQ(start(99, CODES[i], NULL), OTA_OK);
        CHECK_EQ(ota_core_report(&world.core, &update, "failed", 5, NULL), OTA_OK);
        world.offered = NULL;
        CHECK_EQ(world_round(&world), OTA_ERR_NO_UPDATE);
        CHECK(waits(OTA_STATUS_FAILED));
    }
}

static void refuses_token_and_renewal(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)w;
    (void)nth;
    (void)request;
    if (route == ROUTE_STATUS) reply->head.status = 401;
    if (route == ROUTE_TOKEN) reply->head.status = 403;
}

static void a_refused_renewal_loses_no_report(void) {
    CHECK_EQ(start(0, 200, NULL), OTA_OK);
    world.config.token = "a.b.c";
    CHECK_EQ(world_boot(&world), OTA_OK);
    world.tamper = refuses_token_and_renewal;
    CHECK_EQ(ota_core_report(&world.core, &update, "failed", 5, NULL), OTA_OK);
    CHECK(waits(OTA_STATUS_FAILED));
    CHECK_EQ(world.served[ROUTE_TOKEN], 1);
}

static void a_store_that_fails_is_said(void) {
    CHECK_EQ(start(2, 500, NULL), OTA_OK);
    for (int i = 0; i < 8; i++) strcpy(world.kv[i].key, "full");
    CHECK_EQ(ota_core_report(&world.core, &update, "failed", 5, NULL), OTA_ERR_STORE);
    world.offered = NULL;
    CHECK_EQ(world_round(&world), OTA_ERR_NO_UPDATE);
    CHECK_EQ(world_round(&world), OTA_ERR_NO_UPDATE);
}

static void a_row_that_is_not_named(void) {
    CHECK_EQ(start(0, 200, NULL), OTA_OK);
    update.log_id = 0;
    CHECK_EQ(ota_core_report(&world.core, &update, "success", 5, NULL), OTA_OK);
    CHECK(strstr(world.last_report, "log_id") == NULL);
}

static void repeats_until_it_is_heard(void) {
    CHECK_EQ(start(0, 500, NULL), OTA_OK);
    times = 5; // downloading, installing, then three times success
    CHECK(world_reaches(&world, "2.0.0", 8));
    CHECK(strstr(world.reports, "success ") != NULL);
}

TEST_LIST(REPORT_TESTS) = {
    {"report: a final one waits", a_final_report_waits},
    {"report: others are told or not", others_are_told_or_not},
    {"report: only the server's answer counts", only_the_servers_answer_counts},
    {"report: hopeless ones are dropped", hopeless_ones_are_dropped},
    {"report: others stay", others_stay},
    {"report: a refused renewal loses no report", a_refused_renewal_loses_no_report},
    {"report: a store that fails is said", a_store_that_fails_is_said},
    {"report: a row that is not named", a_row_that_is_not_named},
    {"report: repeats until it is heard", repeats_until_it_is_heard},
    {NULL, NULL},
};
