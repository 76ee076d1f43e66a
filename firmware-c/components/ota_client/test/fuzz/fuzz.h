#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/** libFuzzer's entry; a finding is a crash, a sanitizer's report, or abort(). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Up to 4 KB of the input as a text; its own memory, so that reading past the end is seen. The caller frees it. */
static inline char *fuzz_text(const uint8_t *data, size_t size) {
    const size_t len = size < 4096 ? size : 4096;
    char *text = malloc(len + 1);
    if (text == NULL) abort();
    memcpy(text, data, len);
    text[len] = '\0';
    return text;
}
