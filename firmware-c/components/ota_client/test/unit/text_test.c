#include "check.h"
#include "ota_text.h"

static void cuts_what_does_not_fit(void) {
    char buf[6];
    ota_text_t text;
    ota_text_start(&text, buf, sizeof buf);
    ota_text_add(&text, "abc");
    CHECK(!text.cut);
    ota_text_add(&text, "defg");
    CHECK_STR(buf, "abcde");
    CHECK(text.cut);
}

static void writes_numbers_of_any_length(void) {
    char buf[32];
    ota_text_t text;
    ota_text_start(&text, buf, sizeof buf);
    ota_text_add_u64(&text, UINT64_MAX);
    ota_text_add_u64(&text, 0);
    CHECK_STR(buf, "184467440737095516150");
}

static void escapes_for_json(void) {
    char buf[64];
    ota_text_t text;
    ota_text_start(&text, buf, sizeof buf);
    ota_text_add_json(&text, "a\"\\\n\x1f\xd0\xbf");
    CHECK_STR(buf, "\"a\\\"\\\\\\u000a\\u001f\xd0\xbf\"");
}

static void copies_only_what_fits(void) {
    char buf[4];
    CHECK(ota_text_copy(buf, sizeof buf, "abc"));
    CHECK_STR(buf, "abc");
    CHECK(!ota_text_copy(buf, sizeof buf, "abcd"));
    CHECK_STR(buf, "");
}

static void cleans_between_characters(void) {
    char buf[6];
    ota_text_clean(buf, sizeof buf, "ab\n\xd0\xbf\xd0\xbf");
    CHECK_STR(buf, "ab \xd0\xbf");
    ota_text_clean(buf, sizeof buf, "abc\xe2\x82\xac");
    CHECK_STR(buf, "abc");
    ota_text_clean(buf, 3, "\x82\x82\x82\x82");
    CHECK_STR(buf, "");
}

static void begins_in_either_case(void) {
    CHECK(ota_text_begins("Text/HTML; charset", "text/html"));
    CHECK(!ota_text_begins("text", "text/html"));
    CHECK(!ota_text_begins("tex[", "tex{"));
}

static void reads_whole_numbers_only(void) {
    uint64_t n = 7;
    CHECK(ota_text_number("18446744073709551615", 20, UINT64_MAX, &n) && n == UINT64_MAX);
    CHECK(!ota_text_number("18446744073709551616", 20, UINT64_MAX, &n));
    CHECK(!ota_text_number("99999999999999999999", 20, UINT64_MAX, &n));
    CHECK(!ota_text_number("11", 2, 10, &n));
    CHECK(!ota_text_number("", 0, 10, &n));
    CHECK(!ota_text_number("-1", 2, 10, &n));
    CHECK(!ota_text_number("1:", 2, 100, &n));
}

static void reads_hexadecimal_of_exact_length(void) {
    uint8_t bytes[2];
    CHECK(ota_text_hex("0aFf", bytes, 2) && bytes[0] == 0x0A && bytes[1] == 0xFF);
    CHECK(!ota_text_hex("0aF", bytes, 2));
    CHECK(!ota_text_hex("0aFff", bytes, 2));
    CHECK(!ota_text_hex("0ag0", bytes, 2));
    CHECK(!ota_text_hex("0a0:", bytes, 2));
}

TEST_LIST(TEXT_TESTS) = {
    {"text: cuts what does not fit", cuts_what_does_not_fit},
    {"text: writes numbers of any length", writes_numbers_of_any_length},
    {"text: escapes for JSON", escapes_for_json},
    {"text: copies only what fits", copies_only_what_fits},
    {"text: cleans between characters", cleans_between_characters},
    {"text: begins in either case", begins_in_either_case},
    {"text: reads whole numbers only", reads_whole_numbers_only},
    {"text: reads hexadecimal of exact length", reads_hexadecimal_of_exact_length},
    {NULL, NULL},
};
