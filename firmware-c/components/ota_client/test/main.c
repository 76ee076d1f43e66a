#include "check.h"

/** ota_tests [PART OF A NAME]: runs the tests whose name has it, all without. Exit 1 when one failed or none was found. */

extern const ota_test_t TEXT_TESTS[], JSON_TESTS[], DATE_TESTS[], RANGE_TESTS[], URL_TESTS[], VERSION_TESTS[], IMAGE_TESTS[],
    JWT_TESTS[], BACKOFF_TESTS[], RECORD_TESTS[], NAME_TESTS[], CORE_TESTS[], CHECK_TESTS[], TOKEN_TESTS[], PLAN_TESTS[],
    DOWNLOAD_TESTS[], RESUME_TESTS[], INSTALL_TESTS[], SETTLE_TESTS[], REPORT_TESTS[], SCHEDULE_TESTS[], MATRIX_TESTS[];

static const ota_test_t *const LISTS[] = {
    TEXT_TESTS,     JSON_TESTS,   DATE_TESTS,    RANGE_TESTS,  URL_TESTS,    VERSION_TESTS,  IMAGE_TESTS, JWT_TESTS,
    BACKOFF_TESTS,  RECORD_TESTS, NAME_TESTS,    CORE_TESTS,   CHECK_TESTS,  TOKEN_TESTS,    PLAN_TESTS,  DOWNLOAD_TESTS,
    RESUME_TESTS,   INSTALL_TESTS, SETTLE_TESTS, REPORT_TESTS, SCHEDULE_TESTS, MATRIX_TESTS,
};

int main(int argc, char **argv) { return check_run(LISTS, sizeof LISTS / sizeof *LISTS, argc > 1 ? argv[1] : ""); }
