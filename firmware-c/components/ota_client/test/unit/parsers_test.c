#include "check.h"
#include "ota_backoff.h"
#include "ota_date.h"
#include "ota_err.h"
#include "ota_range.h"
#include "ota_types.h"
#include "ota_url.h"

/* ---- dates ---- */

static long long date(const char *text) {
    int64_t s = 0;
    return ota_date_parse(text, &s) ? s : -1;
}

static void reads_all_three_forms(void) {
    CHECK_EQ(date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
    CHECK_EQ(date("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
    CHECK_EQ(date("Sun Nov  6 08:49:37 1994"), 784111777);
    CHECK_EQ(date("Wed Nov 16 08:49:37 1994"), 784975777);
    CHECK_EQ(date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
    CHECK_EQ(date("Thu, 29 Feb 2024 23:59:60 GMT"), 1709251200);
    CHECK_EQ(date("Wednesday, 01-Jan-30 00:00:00 GMT"), 1893456000);
    CHECK_EQ(date("Fri, 31 Dec 9999 23:59:59 GMT"), 253402300799LL);
}

static void refuses_other_dates(void) {
    static const char *const BAD[] = {
        "", "x", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMTx", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1969 08:49:37 GMT", "Thu, 29 Feb 2023 00:00:00 GMT",
        "Sun, 06-Nov-94 08:49:37", "Sun, 06-Nov-94 08:49:37 GMT+1", "Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 94",
        "Sun Nov  6 08:49:37 1994 ", "Sun, 06 Nov 94 08:49:37 GMT", "Mon, 29 Feb 2100 00:00:00 GMT", "Sun Nov", "Sun, 06",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) CHECK_EQ(date(BAD[i]), -1);
    CHECK_EQ(date("Tue, 29 Feb 2000 00:00:00 GMT"), 951782400);
}

static long long wait_of(const char *retry_after, const char *answered, int64_t wall_s) {
    uint32_t ms = 0;
    return ota_retry_after_ms(retry_after, answered, wall_s, 3600, &ms) ? (long long)ms : -1;
}

static void retry_after_in_seconds(void) {
    CHECK_EQ(wait_of("120", "", 0), 120000);
    CHECK_EQ(wait_of("0", "", 0), 0);
    CHECK_EQ(wait_of("99999", "", 0), 3600000);
    CHECK_EQ(wait_of("99999999999999999999999999", "", 0), 3600000);
    CHECK_EQ(wait_of("", "", 0), -1);
    CHECK_EQ(wait_of("-5", "", 0), -1);
    CHECK_EQ(wait_of("1.5", "", 0), -1);
    CHECK_EQ(wait_of("soon", "", 5), -1);
    uint32_t ms = 0;
    CHECK(ota_retry_after_ms("4294967296", "", 0, UINT32_MAX, &ms));
    CHECK_EQ(ms, 4294967000LL);
}

static void retry_after_as_a_date(void) {
    CHECK_EQ(wait_of("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:07 GMT", 0), 30000);
    CHECK_EQ(wait_of("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:07 GMT", 0), 0);
    CHECK_EQ(wait_of("Sun, 06 Nov 1994 08:49:37 GMT", "", 784111770), 7000);
    CHECK_EQ(wait_of("Sun, 06 Nov 1994 08:49:37 GMT", "", 0), -1);
}

/* ---- ranges and ETags ---- */

static void reads_content_range(void) {
    ota_range_t range;
    CHECK(ota_range_parse("bytes 5-9/10", &range));
    CHECK(range.start == 5 && range.end == 9 && range.total == 10);
    CHECK(ota_range_parse("Bytes 0-0/*", &range));
    CHECK(range.start == 0 && range.end == 0 && range.total == 0);
    static const char *const BAD[] = {"",           "5-9/10",      "bytes 9-5/10", "bytes 5-10/10", "bytes */10",  "bytes -9/10",
                                      "bytes 5-/9", "bytes 5-9/",  "bytes 5-9",    "bytes 5",       "bytes 5-9/x", "bytes 5-9/10x",
                                      "items 5-9/10", "bytes 99999999999-99999999999/*"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) CHECK(!ota_range_parse(BAD[i], &range));
}

static void fits_only_what_was_asked(void) {
    const ota_range_t good = {5, 9, 10};
    const ota_range_t unknown = {5, 9, 0};
    const ota_range_t early = {4, 9, 10};
    const ota_range_t late = {6, 9, 10};
    const ota_range_t shorter = {5, 8, 10};
    const ota_range_t other = {5, 9, 11};
    CHECK(ota_range_fits(&good, 5, 10) && ota_range_fits(&unknown, 5, 10));
    CHECK(!ota_range_fits(&early, 5, 10) && !ota_range_fits(&late, 5, 10));
    CHECK(!ota_range_fits(&shorter, 5, 10) && !ota_range_fits(&other, 5, 10));
}

static void tells_strong_etags(void) {
    CHECK(ota_etag_strong("\"abc\"") && ota_etag_strong("\"\""));
    CHECK(!ota_etag_strong("W/\"abc\"") && !ota_etag_strong("abc") && !ota_etag_strong("\"") && !ota_etag_strong(""));
    CHECK(!ota_etag_strong("\"abc") && !ota_etag_strong("\"\"a\""));
}

/* ---- addresses ---- */

static void judges_addresses(void) {
    CHECK(ota_url_valid("http://a") && ota_url_valid("HTTPS://a.b:8443/c?d=%20#e") && ota_url_valid("https://[::1]/"));
    CHECK(!ota_url_valid("ftp://a") && !ota_url_valid("https://") && !ota_url_valid("https:///x") && !ota_url_valid("https://:80/"));
    CHECK(!ota_url_valid("https://user@host/") && !ota_url_valid("https://a/ b") && !ota_url_valid("https://a/\r\nX: y"));
    CHECK(!ota_url_valid("/path") && !ota_url_valid("") && !ota_url_valid("https://a/\xc3\xa9"));
    CHECK(ota_url_valid("https://a/@b"));
}

static void compares_origins(void) {
    CHECK(ota_url_same_origin("https://A.b/c", "HTTPS://a.B?x"));
    CHECK(!ota_url_same_origin("https://a", "http://a") && !ota_url_same_origin("https://a", "https://a:444"));
    CHECK(!ota_url_same_origin("https://a", "https://b/") && !ota_url_same_origin("x", "x"));
}

static void joins(void) {
    char to[24];
    CHECK(ota_url_join(to, sizeof to, "http://a/b//", "/api/x"));
    CHECK_STR(to, "http://a/b/api/x");
    CHECK(!ota_url_join(to, sizeof to, "http://a/b//", "/api/very/long/path"));
}

static const char *resolved(const char *base, const char *location) {
    static char to[64];
    return ota_url_resolve(to, sizeof to, base, location) ? to : "-";
}

static void resolves_locations(void) {
    CHECK_STR(resolved("https://a/b/c?d", "http://x/y#z"), "http://x/y");
    CHECK_STR(resolved("https://a/b/c?d", "//x/y"), "https://x/y");
    CHECK_STR(resolved("http://a/b/c?d", "//x/y"), "http://x/y");
    CHECK_STR(resolved("https://a/b/c?d", "/y?z"), "https://a/y?z");
    CHECK_STR(resolved("https://a/b/c?d/e", "y"), "https://a/b/y");
    CHECK_STR(resolved("https://a/b/c?d", "?z"), "https://a/b/c?z");
    CHECK_STR(resolved("https://a", "y"), "https://a/y");
    CHECK_STR(resolved("https://a", "?y"), "https://a?y");
    CHECK_STR(resolved("https://a/b", "y:z"), "-");
    CHECK_STR(resolved("https://a/b", "y?z:1"), "https://a/y?z:1");
    CHECK_STR(resolved("https://a/b", "javascript:x"), "-");
    CHECK_STR(resolved("https://a/b", ""), "-");
    CHECK_STR(resolved("https://a/b", "/a b"), "-");
    CHECK_STR(resolved("https://a/b", "/0123456789012345678901234567890123456789012345678901234567890"), "-");
}

/* ---- waits ---- */

static void backs_off_to_a_cap(void) {
    CHECK_EQ(ota_backoff_ms(1, 1000, 10000), 1000);
    CHECK_EQ(ota_backoff_ms(2, 1000, 10000), 2000);
    CHECK_EQ(ota_backoff_ms(4, 1000, 10000), 8000);
    CHECK_EQ(ota_backoff_ms(5, 1000, 10000), 10000);
    CHECK_EQ(ota_backoff_ms(4000000000u, 1000, UINT32_MAX), UINT32_MAX);
    CHECK_EQ(ota_backoff_ms(1, 1000, 10), 10);
}

static void spreads_waits(void) {
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;
    for (uint32_t chance = 0; chance < 1000; chance++) {
        const uint32_t ms = ota_jitter_ms(1000, 10, chance);
        least = ms < least ? ms : least;
        most = ms > most ? ms : most;
        CHECK(ota_jitter_later_ms(1000, 10, chance) >= 1000 && ota_jitter_later_ms(1000, 10, chance) <= 1100);
        CHECK(ota_jitter_sooner_ms(1000, 10, chance) >= 900 && ota_jitter_sooner_ms(1000, 10, chance) <= 1000);
    }
    CHECK(least == 900 && most == 1100);
    CHECK_EQ(ota_jitter_ms(1000, 0, 5), 1000);
    CHECK_EQ(ota_jitter_later_ms(1000, 0, 5), 1000);
    CHECK_EQ(ota_jitter_sooner_ms(1000, 0, 5), 1000);
    CHECK_EQ(ota_jitter_sooner_ms(UINT32_MAX, 400, UINT32_MAX), 0);
    CHECK_EQ(ota_jitter_ms(UINT32_MAX, 400, UINT32_MAX), UINT32_MAX);
    CHECK_EQ(ota_jitter_later_ms(UINT32_MAX, 400, UINT32_MAX - 1), UINT32_MAX);
}

static void names_everything(void) {
    for (int err = OTA_ERR_BASE + 1; err <= OTA_ERR_LAST; err++) {
        CHECK(strncmp(ota_err_name(err), "OTA_ERR_", 8) == 0 && strcmp(ota_err_name(err), "OTA_ERR_UNKNOWN") != 0);
        for (int other = OTA_ERR_BASE + 1; other < err; other++) CHECK(strcmp(ota_err_name(err), ota_err_name(other)) != 0);
    }
    CHECK_STR(ota_err_name(0), "OTA_OK");
    CHECK_STR(ota_err_name(OTA_ERR_LAST + 1), "OTA_ERR_UNKNOWN");
    for (int state = OTA_STATE_IDLE; state <= OTA_STATE_REPORT; state++) CHECK(strcmp(ota_state_name(state), "unknown") != 0);
    CHECK_STR(ota_state_name((ota_state_t)99), "unknown");
}

TEST_LIST(DATE_TESTS) = {
    {"date: reads all three forms", reads_all_three_forms},
    {"date: refuses other dates", refuses_other_dates},
    {"date: Retry-After in seconds", retry_after_in_seconds},
    {"date: Retry-After as a date", retry_after_as_a_date},
    {NULL, NULL},
};
TEST_LIST(RANGE_TESTS) = {
    {"range: reads Content-Range", reads_content_range},
    {"range: fits only what was asked", fits_only_what_was_asked},
    {"range: tells strong ETags", tells_strong_etags},
    {NULL, NULL},
};
TEST_LIST(URL_TESTS) = {
    {"url: judges addresses", judges_addresses},
    {"url: compares origins", compares_origins},
    {"url: joins", joins},
    {"url: resolves locations", resolves_locations},
    {NULL, NULL},
};
TEST_LIST(BACKOFF_TESTS) = {
    {"backoff: doubles to a cap", backs_off_to_a_cap},
    {"backoff: spreads waits", spreads_waits},
    {NULL, NULL},
};
TEST_LIST(NAME_TESTS) = {
    {"names: everything has one", names_everything},
    {NULL, NULL},
};
