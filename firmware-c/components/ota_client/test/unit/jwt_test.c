#include "check.h"
#include "ota_jwt.h"

#define DAY 86400

static void tells_tokens(void) {
    CHECK(ota_jwt_valid("a.b.c") && ota_jwt_valid("aZ09-_.x.y"));
    CHECK(!ota_jwt_valid("") && !ota_jwt_valid("a.b") && !ota_jwt_valid("a..c") && !ota_jwt_valid("a.b.c.d"));
    CHECK(!ota_jwt_valid("a.b.c\r\nX:") && !ota_jwt_valid("a b.c.d") && !ota_jwt_valid("a.b.") && !ota_jwt_valid("a=.b.c"));
}

static void tells_what_can_be_sent(void) {
    CHECK(ota_jwt_sendable("a.b.c") && ota_jwt_sendable("secret") && ota_jwt_sendable("aZ09-._~+/=="));
    CHECK(!ota_jwt_sendable("") && !ota_jwt_sendable("=") && !ota_jwt_sendable("a b") && !ota_jwt_sendable("a=b"));
    CHECK(!ota_jwt_sendable("a\r\nX: y") && !ota_jwt_sendable("\xc3\xa9"));
}

static void reads_times(void) {
    ota_jwt_times_t times;
    // {"sub":"7","iat":1000,"exp":2000}
    CHECK(ota_jwt_times("h.eyJzdWIiOiI3IiwiaWF0IjoxMDAwLCJleHAiOjIwMDB9.s", &times));
    CHECK(times.issued_s == 1000 && times.expires_s == 2000);
    CHECK(ota_jwt_times("h.e30.s", &times) && times.expires_s == 0); // {}
    CHECK(!ota_jwt_times("h.W10.s", &times));                        // []
    CHECK(!ota_jwt_times("h.eyJ.s", &times));                        // {"
    CHECK(!ota_jwt_times("h.eyJ", &times));
    // {"exp":-5,"iat":"x"}
    CHECK(ota_jwt_times("h.eyJleHAiOi01LCJpYXQiOiJ4In0.s", &times) && times.expires_s == 0 && times.issued_s == 0);
}

static void renews_in_time(void) {
    const ota_jwt_times_t year = {1000000, 1000000 + 365 * DAY};
    const ota_jwt_times_t hour = {1000000, 1003600};
    const ota_jwt_times_t open = {1000000, 0};
    const ota_jwt_times_t no_issue = {0, 1000000 + 30 * DAY};
    const ota_jwt_times_t odd = {2000000, 1000000};
    CHECK(!ota_jwt_due(&year, year.expires_s - 7 * DAY - 1) && ota_jwt_due(&year, year.expires_s - 7 * DAY));
    CHECK(ota_jwt_due(&year, year.expires_s + 30 * DAY) && !ota_jwt_due(&year, year.expires_s + 30 * DAY + 1));
    CHECK(!ota_jwt_due(&hour, 1002699) && ota_jwt_due(&hour, 1002700));
    CHECK(!ota_jwt_due(&open, 5000000) && !ota_jwt_due(&year, 0));
    CHECK(ota_jwt_due(&no_issue, no_issue.expires_s - DAY) && ota_jwt_due(&odd, 1000000));
}

TEST_LIST(JWT_TESTS) = {
    {"jwt: tells tokens", tells_tokens},
    {"jwt: tells what can be sent", tells_what_can_be_sent},
    {"jwt: reads times", reads_times},
    {"jwt: renews in time", renews_in_time},
    {NULL, NULL},
};
