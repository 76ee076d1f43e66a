#include "check.h"
#include "world.h"

#include <stdio.h>

static world_t world;

/* {"iat":1000,"exp":2000} and {"iat":1000,"exp":9000000000} */
#define SHORT_LIVED "h.eyJpYXQiOjEwMDAsImV4cCI6MjAwMH0.s"
#define FRESH "h.eyJpYXQiOjEwMDAsImV4cCI6OTAwMDAwMDAwMH0.t"

static void start(const char *accepted) {
    world_start(&world);
    world.config.token = SHORT_LIVED;
    strcpy(world.accepted_token, accepted);
    strcpy(world.renewed_token, FRESH);
}

static void sends_the_configured_one(void) {
    start(SHORT_LIVED);
    world.wall_s = 1500;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_OK);
    CHECK_STR(world.last_bearer, SHORT_LIVED);
    CHECK_EQ(world.served[ROUTE_TOKEN], 0);
}

static void renews_before_the_end(void) {
    start(FRESH);
    world.wall_s = 1990;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_OK);
    CHECK_EQ(world.served[ROUTE_TOKEN], 1);
    CHECK_EQ(world.served[ROUTE_CHECK], 1);
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_STR(world.core.token, FRESH);
}

static void renews_after_a_401_when_the_clock_is_not_set(void) {
    start(FRESH);
    world.wall_s = 0;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_OK);
    CHECK_EQ(world.served[ROUTE_CHECK], 2);
    CHECK_EQ(world.served[ROUTE_TOKEN], 1);
}

/** The store fails at the moment the new token is to be kept. */
static void stores_before_use(void) {
    uint32_t at = 0;
    do {
        start(FRESH);
        world.wall_s = 0;
        CHECK_EQ(world_boot(&world), OTA_OK);
        world.fault = FAULT_ERROR;
        world.fault_at = world.calls + ++at;
        (void)ota_core_check(&world.core, NULL);
        CHECK(world.fault_name != NULL);
    } while (strcmp(world.fault_name, "kv.set") != 0);
    CHECK_STR(world.core.token, SHORT_LIVED);
    CHECK(world_kv(&world, "token") == NULL);
}

static void a_401_never_stops_the_schedule(void) {
    start("nobody's");
    world.wall_s = 1500;
    CHECK_EQ(world_boot(&world), OTA_OK);
    for (int i = 0; i < 5; i++) {
        CHECK_EQ(world_round(&world), OTA_ERR_AUTH);
        CHECK(world.last_wait_ms > 0 && world.last_wait_ms < 86400000);
    }
    strcpy(world.accepted_token, FRESH);
    CHECK(world_round(&world) == OTA_OK && world.dead);
}

static void a_new_configured_token_wins(void) {
    start(FRESH);
    world.wall_s = 0;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_OK);
    world.config.token = "new.new.new";
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_STR(world.core.token, "new.new.new");
}

static void spoiled_store_is_ignored(void) {
    static const size_t AT[] = {0, 5, 12};
    for (size_t i = 0; i <= 3; i++) {
        start(FRESH);
        world.wall_s = 0;
        CHECK_EQ(world_boot(&world), OTA_OK);
        CHECK_EQ(ota_core_check(&world.core, NULL), OTA_OK);
        kv_entry_t *entry = world_kv(&world, "token");
        if (i < 3) entry->value[AT[i]] ^= 0x80;
        else entry->value[entry->len - 1] = 'x';
        CHECK_EQ(world_boot(&world), OTA_OK);
        CHECK_STR(world.core.token, SHORT_LIVED);
    }
    world_kv(&world, "token")->len = 12;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_STR(world.core.token, SHORT_LIVED);
}

static const char *token_answer;
static void answers_token(world_t *w, route_t route, uint32_t nth, const ota_http_request_t *request, reply_t *reply) {
    (void)nth;
    (void)request;
    if (route != ROUTE_TOKEN) return;
    snprintf(w->json, sizeof w->json, "%s", token_answer);
    reply->len = strlen(w->json);
}

static void only_a_token_is_taken(void) {
    static char long_one[1300];
    static const char *const BAD[] = {"{}", "{\"token\":7}", "{\"token\":\"x\"}", "{\"token\":\"a.b.c\\r\\n\"}", "x", long_one};
    memset(long_one, 'a', sizeof long_one - 1);
    memcpy(long_one, "{\"token\":\"a.b.", 14);
    strcpy(long_one + sizeof long_one - 3, "\"}");
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        start(FRESH);
        world.wall_s = 0;
        world.tamper = answers_token;
        token_answer = BAD[i];
        CHECK_EQ(world_boot(&world), OTA_OK);
        CHECK_EQ(ota_core_check(&world.core, NULL), OTA_ERR_AUTH);
        CHECK_STR(world.core.token, SHORT_LIVED);
    }
    long_one[12 + 1025] = '"';
    long_one[12 + 1026] = '}';
    long_one[12 + 1027] = '\0';
    start(FRESH);
    world.tamper = answers_token;
    token_answer = long_one;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_ERR_AUTH);
}

static void without_a_token_none_is_sent_or_renewed(void) {
    start("somebody's");
    world.config.token = NULL;
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_ERR_AUTH);
    CHECK_STR(world.last_bearer, "");
    CHECK_EQ(world.served[ROUTE_TOKEN], 0);
    start("somebody's");
    world.config.token = "";
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_ERR_AUTH);
    CHECK_EQ(world.served[ROUTE_TOKEN], 0);
    start("x");
    world.config.token = "not.a.payload";
    CHECK_EQ(world_boot(&world), OTA_OK);
    CHECK_EQ(ota_core_check(&world.core, NULL), OTA_ERR_AUTH);
}

TEST_LIST(TOKEN_TESTS) = {
    {"token: sends the configured one", sends_the_configured_one},
    {"token: renews before the end", renews_before_the_end},
    {"token: renews after a 401 when the clock is not set", renews_after_a_401_when_the_clock_is_not_set},
    {"token: stores before use", stores_before_use},
    {"token: a 401 never stops the schedule", a_401_never_stops_the_schedule},
    {"token: a new configured token wins", a_new_configured_token_wins},
    {"token: a spoiled store is ignored", spoiled_store_is_ignored},
    {"token: only a token is taken", only_a_token_is_taken},
    {"token: without a token none is sent or renewed", without_a_token_none_is_sent_or_renewed},
    {NULL, NULL},
};
