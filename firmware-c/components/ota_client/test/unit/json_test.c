#include "check.h"
#include "ota_json.h"

#include <stdio.h>

static char seen[512];

static void note(void *ctx, const ota_json_member_t *member) {
    static const char KINDS[] = "sntf0";
    const size_t len = strlen(seen);
    (void)ctx;
    snprintf(seen + len, sizeof seen - len, "%s=%c:%s%s;", member->key, KINDS[member->kind], member->value, member->cut ? "~" : "");
}

/** 1: a whole object; 0: more is to come; -1: no JSON. Fed in pieces of that size. */
static int read_in(const char *text, size_t piece) {
    char value[16];
    ota_json_t json;
    const size_t len = strlen(text);
    seen[0] = '\0';
    ota_json_start(&json, value, sizeof value, note, NULL);
    for (size_t at = 0; at < len; at += piece) {
        const size_t n = len - at < piece ? len - at : piece;
        if (!ota_json_feed(&json, (const uint8_t *)text + at, n)) return -1;
    }
    return ota_json_done(&json);
}

static int verdict(const char *text) {
    const int whole = read_in(text, 1000);
    return read_in(text, 1) == whole ? whole : 99;
}

static void hands_over_own_members(void) {
    CHECK_EQ(verdict(" {\"a\":\"x\" , \"b\" : -1.5e+3,\"c\":true,\"d\":false,\"e\":null,\"f\":0}\r\n\t "), 1);
    CHECK_STR(seen, "a=s:x;b=n:-1.5e+3;c=t:;d=f:;e=0:;f=n:0;");
    CHECK_EQ(verdict("{}"), 1);
    CHECK_STR(seen, "");
}

static void passes_over_what_is_nested(void) {
    CHECK_EQ(verdict("{\"a\":{\"b\":1,\"a\":[1,\"x\",{\"c\":[]}]},\"d\":[],\"e\":[[2],3],\"f\":5}"), 1);
    CHECK_STR(seen, "f=n:5;");
}

static void unescapes(void) {
    CHECK_EQ(verdict("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}"), 1);
    CHECK_STR(seen, "a=s:\"\\/\b\f\n\r\t;");
    CHECK_EQ(verdict("{\"\\u0061\":\"\\u0041\\u00e9\\u20AC\\uD83D\\uDE00\"}"), 1);
    CHECK_STR(seen, "a=s:A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80;");
    CHECK_EQ(verdict("{\"a\":\"x\\u0000y\"}"), 1);
    CHECK_STR(seen, "a=s:x\xef\xbf\xbdy;");
}

static void refuses_halves_of_pairs(void) {
    CHECK_EQ(verdict("{\"a\":\"\\uD83D\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\\uD83Dx\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\\uD83D\\n\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\\uD83D\\u0041\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\\uDE00\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\\u00g0\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\\u00:0\"}"), -1);
}

static void cuts_long_values_and_drops_long_keys(void) {
    CHECK_EQ(verdict("{\"a\":\"0123456789abcdefghi\",\"a_key_that_nobody_will_ask_for\":1,\"b\":12345678901234567890}"), 1);
    CHECK_STR(seen, "a=s:0123456789abcde~;b=n:123456789012345~;");
}

static void refuses_what_is_no_object(void) {
    static const char *const BAD[] = {
        "[]", "1", "\"a\"", "null", "<html>", "{}{", "{}x", "{a:1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}",
        "{\"a\":tru}", "{\"a\":truee}", "{\"a\":nul1}", "{\"a\":fals3}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":-x}",
        "{\"a\":1.}", "{\"a\":1.e1}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":1ex}", "{\"a\":.5}", "{\"a\":1x}", "{\"a\":1.5x}",
        "{\"a\":1e5x}", "{\"a\":\"\\x\"}", "{\"a\":\"\n\"}", "{\"a\":[1,]}", "{\"a\":[1}", "{\"a\":[}", "{\"a\":{]}", "{\"a\":1]",
        "{\"a\":[1;2]}", "{\"a\":'x'}", "{1:2}", "{\"a\":{\"b\":1,}}", "\xef\xbb\xbf{}",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        if (verdict(BAD[i]) != -1) {
            CHECK_STR("taken as JSON", BAD[i]);
        }
    }
}

static void waits_for_the_end(void) {
    CHECK_EQ(verdict("{\"a\":1"), 0);
    CHECK_EQ(verdict("{\"a\":\"x"), 0);
    CHECK_EQ(verdict("{\"a\":\"\\u12"), 0);
    CHECK_EQ(verdict(""), 0);
    CHECK_EQ(verdict("  "), 0);
    CHECK_EQ(verdict("{\"a\":\"\\uD83D\\"), 0);
}

static void takes_all_forms_of_numbers(void) {
    CHECK_EQ(verdict("{\"a\":-0,\"b\":0.5,\"c\":1E-2,\"d\":10e10,\"e\":0e0}"), 1);
    CHECK_STR(seen, "a=n:-0;b=n:0.5;c=n:1E-2;d=n:10e10;e=n:0e0;");
}

static void holds_utf8_to_its_rules(void) {
    CHECK_EQ(verdict("{\"a\":\"\xd0\xbf\xe0\xa0\x80\xed\x9f\xbf\xf0\x90\x80\x80\"}"), 1);
    CHECK_EQ(verdict("{\"a\":\"\xf4\x8f\xbf\xbf\xe1\x80\x80\xf1\x80\x80\x80\"}"), 1);
    CHECK_EQ(verdict("{\"a\":\"\xc1\x80\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\x80\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\xe0\x80\x80\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\xed\xa0\x80\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\xf4\x90\x80\x80\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\xf5\x80\x80\x80\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\xd0\"}"), -1);
    CHECK_EQ(verdict("{\"a\":\"\xf0\x8f\x80\x80\"}"), -1);
}

static void bounds_nesting(void) {
    char text[64] = "{\"a\":";
    for (int i = 1; i < OTA_JSON_DEPTH; i++) strcat(text, "[");
    CHECK_EQ(verdict(text), 0);
    strcat(text, "[");
    CHECK_EQ(verdict(text), -1);
}

static void reads_whole_numbers(void) {
    uint64_t n = 0;
    ota_json_member_t member = {"a", OTA_JSON_NUMBER, "42", 2, false};
    CHECK(ota_json_uint(&member, 42, &n) && n == 42);
    CHECK(!ota_json_uint(&member, 41, &n));
    member.cut = true;
    CHECK(!ota_json_uint(&member, 42, &n));
    member = (ota_json_member_t){"a", OTA_JSON_STRING, "42", 2, false};
    CHECK(!ota_json_uint(&member, 42, &n));
    member = (ota_json_member_t){"a", OTA_JSON_NUMBER, "4e1", 3, false};
    CHECK(!ota_json_uint(&member, 42, &n));
}

TEST_LIST(JSON_TESTS) = {
    {"json: hands over the object's own members", hands_over_own_members},
    {"json: passes over what is nested", passes_over_what_is_nested},
    {"json: unescapes", unescapes},
    {"json: refuses halves of surrogate pairs", refuses_halves_of_pairs},
    {"json: cuts long values and drops long keys", cuts_long_values_and_drops_long_keys},
    {"json: refuses what is no object", refuses_what_is_no_object},
    {"json: waits for the end", waits_for_the_end},
    {"json: takes all forms of numbers", takes_all_forms_of_numbers},
    {"json: holds UTF-8 to its rules", holds_utf8_to_its_rules},
    {"json: bounds nesting", bounds_nesting},
    {"json: reads whole numbers", reads_whole_numbers},
    {NULL, NULL},
};
