#include "fuzz.h"
#include "ota_version.h"

/** Two versions with a zero byte between: an order holds from either side. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *end = size == 0 ? NULL : memchr(data, 0, size);
    const size_t first = end == NULL ? size : (size_t)(end - data);
    char *a = fuzz_text(data, first);
    char *b = end == NULL ? fuzz_text(data, 0) : fuzz_text(end + 1, size - first - 1);
    ota_version_t x;
    ota_version_t y;
    const bool a_is = ota_version_parse(a, &x);
    if (a_is && (ota_version_compare(&x, &x) != 0 || !ota_version_same(a, a))) abort();
    if (a_is && ota_version_parse(b, &y) && ota_version_compare(&x, &y) != -ota_version_compare(&y, &x)) abort();
    free(a);
    free(b);
    return 0;
}
