// Hashes by the PSA Crypto API 1.1 (psa/crypto.h of Mbed TLS): SHA-256 alone.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "mbedtls/sha256.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef int32_t psa_status_t;
typedef uint32_t psa_algorithm_t;
#define PSA_SUCCESS ((psa_status_t)0)
#define PSA_ERROR_NOT_SUPPORTED ((psa_status_t)-134)
#define PSA_ERROR_INVALID_ARGUMENT ((psa_status_t)-135)
#define PSA_ERROR_BAD_STATE ((psa_status_t)-137)
#define PSA_ERROR_BUFFER_TOO_SMALL ((psa_status_t)-138)
#define PSA_ERROR_INVALID_SIGNATURE ((psa_status_t)-149)
#define PSA_ALG_SHA_256 ((psa_algorithm_t)0x02000009)
#define PSA_HASH_LENGTH(alg) ((alg) == PSA_ALG_SHA_256 ? 32u : 0u)
#define PSA_HASH_MAX_SIZE 32u
typedef struct psa_hash_operation_s {
  uint32_t active; // the algorithm; 0 while none is set up
  mbedtls_sha256_context sha256;
} psa_hash_operation_t;
#define PSA_HASH_OPERATION_INIT {0}
static inline psa_hash_operation_t psa_hash_operation_init(void) {
  psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
  return operation;
}
psa_status_t psa_crypto_init(void);
psa_status_t psa_hash_setup(psa_hash_operation_t *operation, psa_algorithm_t alg);
psa_status_t psa_hash_update(psa_hash_operation_t *operation, const uint8_t *input, size_t input_length);
psa_status_t psa_hash_finish(psa_hash_operation_t *operation, uint8_t *hash, size_t hash_size, size_t *hash_length);
psa_status_t psa_hash_verify(psa_hash_operation_t *operation, const uint8_t *hash, size_t hash_length);
psa_status_t psa_hash_abort(psa_hash_operation_t *operation);
psa_status_t psa_hash_clone(const psa_hash_operation_t *source, psa_hash_operation_t *target);
psa_status_t psa_hash_compute(psa_algorithm_t alg, const uint8_t *input, size_t input_length, uint8_t *hash, size_t hash_size,
                              size_t *hash_length);
#ifdef __cplusplus
}
#endif
