#include "check.h"
#include "ota_version.h"

static int compare(const char *a, const char *b) {
    ota_version_t x;
    ota_version_t y;
    if (!ota_version_parse(a, &x) || !ota_version_parse(b, &y)) return 99;
    const int order = ota_version_compare(&x, &y);
    return ota_version_compare(&y, &x) == -order ? order : 98;
}

static void orders_as_semver(void) {
    static const char *const RISING[] = {
        "0.9.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
        "1.0.0", "1.0.0-dirty", "1.0.0-3-gabcdef1", "1.0.0-3-gabcdef1-dirty", "1.0.0-12-gabcdef1", "1.0.1", "1.2", "1.10.0", "v2",
    };
    const size_t n = sizeof RISING / sizeof *RISING;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) CHECK_EQ(compare(RISING[i], RISING[j]), i < j ? -1 : i > j);
    }
}

static void takes_what_boards_say(void) {
    CHECK_EQ(compare("v1.2", "1.2.0"), 0);
    CHECK_EQ(compare("V1", "1.0.0"), 0);
    CHECK_EQ(compare("1.0.0+7", "1.0.0+8"), 0);
    CHECK_EQ(compare("1.0.0-rc-1", "1.0.0-rc-1"), 0);
    CHECK_EQ(compare("1.0.0-1-gxyz", "1.0.0"), -1);
    CHECK_EQ(compare("1.0.0-x-gabcd", "1.0.0"), -1);
    CHECK_EQ(compare("1.0.0-gabc", "1.0.0"), -1);
    CHECK_EQ(compare("1.0.0-1-gabc", "1.0.0"), -1);
}

static void refuses_what_cannot_be_ordered(void) {
    static const char *const BAD[] = {"",      "v",      "abc",     "3f2a1bc", "1.2.3.4", "1..2",   "01.2.3", "1.2.3-", "1.2.3-a..b",
                                      "1.2.3-a.", "1.2.3+", "1.2.3+a..b", "1.2.x", "1.2.3 ", "1.2.3-\xc3", "99999999999.0.0", "-dirty", "1.2.3+a_b"};
    ota_version_t version;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        if (ota_version_parse(BAD[i], &version)) CHECK_STR("taken as a version", BAD[i]);
    }
}

static void finds_the_build(void) {
    ota_version_t version;
    CHECK(ota_version_parse("1.2.3+45", &version) && version.has_build && version.build == 45);
    CHECK(ota_version_parse("1.2.3+a45", &version) && !version.has_build);
    CHECK(ota_version_parse("1.2.3+4294967296", &version) && !version.has_build && version.build == 0);
    CHECK(ota_version_parse("1.2.3-rc.1+9", &version) && version.has_build && version.pre_len == 4);
}

static void tells_the_same(void) {
    CHECK(ota_version_same("v1.2.0", "1.2") && ota_version_same("main-3f", "main-3f"));
    CHECK(!ota_version_same("1.2.1", "1.2.0") && !ota_version_same("main", "1.0.0") && !ota_version_same("1.0.0", "x"));
}

TEST_LIST(VERSION_TESTS) = {
    {"version: orders as SemVer and git describe do", orders_as_semver},
    {"version: takes what boards say", takes_what_boards_say},
    {"version: refuses what cannot be ordered", refuses_what_cannot_be_ordered},
    {"version: finds the build", finds_the_build},
    {"version: tells the same", tells_the_same},
    {NULL, NULL},
};
