#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Tests by name; a check that fails ends its test. The runner prints one line a test, and a last one that counts them. */

typedef struct {
    const char *name;
    void (*run)(void);
} ota_test_t;

/** Notes the failure of the running test; true when `ok`. */
bool check_that(bool ok, const char *file, int line, const char *what);
bool check_numbers(long long got, long long expected, const char *file, int line, const char *what);
bool check_texts(const char *got, const char *expected, const char *file, int line, const char *what);

/** Runs the tests of `count` lists whose name has `part`; the exit status: 1 when one failed or none was found. */
int check_run(const ota_test_t *const *lists, size_t count, const char *part);

#define CHECK(ok) \
    do { \
        if (!check_that(ok, __FILE__, __LINE__, #ok)) return; \
    } while (0)
#define CHECK_EQ(got, expected) \
    do { \
        if (!check_numbers((long long)(got), (long long)(expected), __FILE__, __LINE__, #got)) return; \
    } while (0)
#define CHECK_STR(got, expected) \
    do { \
        if (!check_texts(got, expected, __FILE__, __LINE__, #got)) return; \
    } while (0)

/** Each file of tests has one such list, ended by a NULL name; main.c names them. */
#define TEST_LIST(list) const ota_test_t list[]
