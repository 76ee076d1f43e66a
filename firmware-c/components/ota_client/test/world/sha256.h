#pragma once

#include <stddef.h>
#include <stdint.h>

/** SHA-256 (FIPS 180-4), for hosts that have no vendor's. */
typedef struct {
    uint32_t state[8];
    uint64_t length;
    uint8_t block[64];
} sha256_t;

void sha256_start(sha256_t *sha);
void sha256_update(sha256_t *sha, const uint8_t *data, size_t len);
void sha256_finish(sha256_t *sha, uint8_t digest[32]);
