#include "fuzz.h"
#include "ota_jwt.h"

/** A renewed token, as the server sends it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    ota_jwt_times_t times;
    const bool read = ota_jwt_times(text, &times);
    if (read && !ota_jwt_valid(text)) abort();
    if (ota_jwt_valid(text) && strpbrk(text, " \r\n\"") != NULL) abort();
    if (times.expires_s < 0 || times.issued_s < 0) abort();
    (void)ota_jwt_due(&times, 1700000000);
    free(text);
    return 0;
}
