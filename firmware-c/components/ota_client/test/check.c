#include "check.h"

#include <stdio.h>

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

int check_run(const ota_test_t *const *lists, size_t count, const char *part) {
    int run = 0;
    int failures = 0;
    for (size_t i = 0; i < count; i++) {
        for (const ota_test_t *test = lists[i]; test->name != NULL; test++) {
            if (strstr(test->name, part) == NULL) continue;
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
