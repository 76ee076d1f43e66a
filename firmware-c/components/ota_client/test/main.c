#include "check.h"

#include <stdio.h>

/** ota_tests [PART OF A NAME]: runs the tests whose name has it, all without. Exit 1 when one failed or none was found. */

extern const ota_test_t TEXT_TESTS[], JSON_TESTS[], DATE_TESTS[], RANGE_TESTS[], URL_TESTS[], VERSION_TESTS[], IMAGE_TESTS[],
    JWT_TESTS[], BACKOFF_TESTS[], RECORD_TESTS[], NAME_TESTS[], CORE_TESTS[], CHECK_TESTS[], TOKEN_TESTS[], PLAN_TESTS[],
    DOWNLOAD_TESTS[], RESUME_TESTS[], INSTALL_TESTS[], SETTLE_TESTS[], REPORT_TESTS[], SCHEDULE_TESTS[], MATRIX_TESTS[];

static const ota_test_t *const LISTS[] = {
    TEXT_TESTS,     JSON_TESTS,   DATE_TESTS,    RANGE_TESTS,  URL_TESTS,    VERSION_TESTS,  IMAGE_TESTS, JWT_TESTS,
    BACKOFF_TESTS,  RECORD_TESTS, NAME_TESTS,    CORE_TESTS,   CHECK_TESTS,  TOKEN_TESTS,    PLAN_TESTS,  DOWNLOAD_TESTS,
    RESUME_TESTS,   INSTALL_TESTS, SETTLE_TESTS, REPORT_TESTS, SCHEDULE_TESTS, MATRIX_TESTS,
};

static bool failed;

bool check_that(bool ok, const char *file, int line, const char *what) {
    if (!ok) {
        failed = true;
        printf("# %s:%d: %s\n", file, line, what);
    }
    return ok;
}

bool check_numbers(long long got, long long expected, const char *file, int line, const char *what) {
    if (got != expected) printf("# %lld where %lld was expected\n", got, expected);
    return check_that(got == expected, file, line, what);
}

bool check_texts(const char *got, const char *expected, const char *file, int line, const char *what) {
    const bool same = strcmp(got, expected) == 0;
    if (!same) printf("# \"%s\" where \"%s\" was expected\n", got, expected);
    return check_that(same, file, line, what);
}

int main(int argc, char **argv) {
    int run = 0;
    int failures = 0;
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++) {
        for (const ota_test_t *test = LISTS[i]; test->name != NULL; test++) {
            if (argc > 1 && strstr(test->name, argv[1]) == NULL) continue;
            failed = false;
            test->run();
            run++;
            failures += failed;
            printf("%s %s\n", failed ? "not ok" : "ok", test->name);
        }
    }
    printf("%d tests, %d failed\n", run, failures);
    return run == 0 || failures > 0;
}
