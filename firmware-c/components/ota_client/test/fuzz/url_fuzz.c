#include "fuzz.h"
#include "ota_url.h"

/** A Location, absolute or not: what comes out can stand in a request line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    char to[256];
    if (ota_url_resolve(to, sizeof to, "https://ota.example:8443/a/b?c", text)) {
        if (!ota_url_valid(to) || strpbrk(to, " \r\n\t") != NULL) abort();
        (void)ota_url_same_origin(to, text);
    }
    if (ota_url_valid(text)) {
        if (!ota_url_same_origin(text, text)) abort();
        (void)ota_url_join(to, sizeof to, text, "/api");
        (void)ota_url_resolve(to, sizeof to, text, "x");
    }
    free(text);
    return 0;
}
