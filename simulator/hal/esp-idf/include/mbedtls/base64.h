// Base64 (RFC 4648) with Mbed TLS 3's names.
#pragma once
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
#define MBEDTLS_ERR_BASE64_BUFFER_TOO_SMALL -0x002A
// olen: bytes written without the NUL; with dlen too small, what is needed including it.
int mbedtls_base64_encode(unsigned char *dst, size_t dlen, size_t *olen, const unsigned char *src, size_t slen);
#ifdef __cplusplus
}
#endif
