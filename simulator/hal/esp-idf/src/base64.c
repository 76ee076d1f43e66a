#include "mbedtls/base64.h"

int mbedtls_base64_encode(unsigned char *dst, size_t dlen, size_t *olen, const unsigned char *src, size_t slen) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t need = (slen + 2) / 3 * 4, at = 0;
  if (slen == 0) {
    *olen = 0;
    return 0;
  }
  if (!dst || dlen < need + 1) {
    *olen = need + 1;
    return MBEDTLS_ERR_BASE64_BUFFER_TOO_SMALL;
  }
  for (size_t i = 0; i < slen; i += 3) {
    unsigned long group = (unsigned long)src[i] << 16;
    if (i + 1 < slen) group |= (unsigned long)src[i + 1] << 8;
    if (i + 2 < slen) group |= src[i + 2];
    dst[at++] = (unsigned char)alphabet[group >> 18];
    dst[at++] = (unsigned char)alphabet[group >> 12 & 63];
    dst[at++] = (unsigned char)(i + 1 < slen ? alphabet[group >> 6 & 63] : '=');
    dst[at++] = (unsigned char)(i + 2 < slen ? alphabet[group & 63] : '=');
  }
  dst[at] = 0;
  *olen = at;
  return 0;
}
