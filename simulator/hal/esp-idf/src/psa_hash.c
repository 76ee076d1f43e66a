#include <string.h>
#include "psa/crypto.h"

psa_status_t psa_crypto_init(void) { return PSA_SUCCESS; }
psa_status_t psa_hash_abort(psa_hash_operation_t *operation) {
  memset(operation, 0, sizeof *operation);
  return PSA_SUCCESS;
}
psa_status_t psa_hash_setup(psa_hash_operation_t *operation, psa_algorithm_t alg) {
  if (operation->active) return PSA_ERROR_BAD_STATE;
  if (alg != PSA_ALG_SHA_256) return PSA_ERROR_NOT_SUPPORTED;
  mbedtls_sha256_init(&operation->sha256);
  mbedtls_sha256_starts(&operation->sha256, 0);
  operation->active = alg;
  return PSA_SUCCESS;
}
psa_status_t psa_hash_update(psa_hash_operation_t *operation, const uint8_t *input, size_t length) {
  if (!operation->active) return PSA_ERROR_BAD_STATE;
  if (length) mbedtls_sha256_update(&operation->sha256, input, length);
  return PSA_SUCCESS;
}
// An operation ends with its result, and with every error.
psa_status_t psa_hash_finish(psa_hash_operation_t *operation, uint8_t *hash, size_t size, size_t *length) {
  psa_status_t status = !operation->active ? PSA_ERROR_BAD_STATE : size < 32 ? PSA_ERROR_BUFFER_TOO_SMALL : PSA_SUCCESS;
  if (status == PSA_SUCCESS) {
    mbedtls_sha256_finish(&operation->sha256, hash);
    *length = 32;
  }
  psa_hash_abort(operation);
  return status;
}
psa_status_t psa_hash_verify(psa_hash_operation_t *operation, const uint8_t *hash, size_t length) {
  uint8_t actual[32];
  size_t got;
  psa_status_t status = psa_hash_finish(operation, actual, sizeof actual, &got);
  if (status != PSA_SUCCESS) return status;
  return length == got && memcmp(hash, actual, got) == 0 ? PSA_SUCCESS : PSA_ERROR_INVALID_SIGNATURE;
}
psa_status_t psa_hash_clone(const psa_hash_operation_t *source, psa_hash_operation_t *target) {
  if (!source->active || target->active) return PSA_ERROR_BAD_STATE;
  *target = *source;
  return PSA_SUCCESS;
}
psa_status_t psa_hash_compute(psa_algorithm_t alg, const uint8_t *input, size_t length, uint8_t *hash, size_t size, size_t *hash_length) {
  psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
  psa_status_t status = psa_hash_setup(&operation, alg);
  if (status == PSA_SUCCESS) status = psa_hash_update(&operation, input, length);
  return status == PSA_SUCCESS ? psa_hash_finish(&operation, hash, size, hash_length) : status;
}
