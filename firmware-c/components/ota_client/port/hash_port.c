#include "idf_features.h"
#include "ports.h"
#if OTA_HASH_PSA
#include "psa/crypto.h"
#else
#include "mbedtls/sha256.h"
#endif

#if OTA_HASH_PSA

/** PSA's state, as its initialiser makes it: no digest under way. */
static psa_hash_operation_t s_hash;

static ota_port_result_t hash_start(void *ctx)
{
    (void)ctx;
    if (psa_crypto_init() != PSA_SUCCESS)
        return OTA_PORT_IO;
    psa_hash_abort(&s_hash);
    return psa_hash_setup(&s_hash, PSA_ALG_SHA_256) == PSA_SUCCESS ? OTA_PORT_OK : OTA_PORT_IO;
}

static ota_port_result_t hash_update(void *ctx, const uint8_t *data, size_t len)
{
    (void)ctx;
    return psa_hash_update(&s_hash, data, len) == PSA_SUCCESS ? OTA_PORT_OK : OTA_PORT_IO;
}

static ota_port_result_t hash_finish(void *ctx, uint8_t digest[32])
{
    (void)ctx;
    size_t len = 0;
    psa_status_t status = psa_hash_finish(&s_hash, digest, 32, &len);
    psa_hash_abort(&s_hash);
    return status == PSA_SUCCESS && len == 32 ? OTA_PORT_OK : OTA_PORT_IO;
}

#else

static mbedtls_sha256_context s_hash;
static bool s_hash_open;

static void forget(void)
{
    if (s_hash_open)
        mbedtls_sha256_free(&s_hash);
    s_hash_open = false;
}

static ota_port_result_t hash_start(void *ctx)
{
    (void)ctx;
    forget();
    mbedtls_sha256_init(&s_hash);
    s_hash_open = true;
    return mbedtls_sha256_starts(&s_hash, 0) == 0 ? OTA_PORT_OK : OTA_PORT_IO;
}

static ota_port_result_t hash_update(void *ctx, const uint8_t *data, size_t len)
{
    (void)ctx;
    return mbedtls_sha256_update(&s_hash, data, len) == 0 ? OTA_PORT_OK : OTA_PORT_IO;
}

static ota_port_result_t hash_finish(void *ctx, uint8_t digest[32])
{
    (void)ctx;
    int err = mbedtls_sha256_finish(&s_hash, digest);
    forget();
    return err == 0 ? OTA_PORT_OK : OTA_PORT_IO;
}

#endif

void ota_esp_hash_port(ota_hash_port_t *port)
{
    *port = (ota_hash_port_t){.start = hash_start, .update = hash_update, .finish = hash_finish};
}
