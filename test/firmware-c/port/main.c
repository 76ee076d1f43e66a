#include "check.h"

extern const ota_test_t SLOT_WRITER_TESTS[], HEAD_TESTS[];

static const ota_test_t *const LISTS[] = {SLOT_WRITER_TESTS, HEAD_TESTS};

int main(int argc, char **argv) { return check_run(LISTS, sizeof LISTS / sizeof *LISTS, argc > 1 ? argv[1] : ""); }
