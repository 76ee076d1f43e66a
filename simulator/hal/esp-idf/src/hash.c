// SHA-256/224 (FIPS 180-4) and MD5 (RFC 1321) under Mbed TLS's names.
#include <string.h>
#include "mbedtls/md5.h"
#include "mbedtls/sha256.h"

static inline uint32_t rol(uint32_t x, int n) { return x << n | x >> (32 - n); }
static inline uint32_t ror(uint32_t x, int n) { return x >> n | x << (32 - n); }

// Both hashes take 64-byte blocks and count bytes in total[0] (low word) and total[1].
typedef void (*block_fn)(uint32_t *state, const unsigned char *block);

static void absorb(uint32_t *total, uint32_t *state, unsigned char *buffer, const unsigned char *in, size_t length, block_fn block) {
  size_t held = total[0] & 63;
  total[0] += (uint32_t)length;
  if (total[0] < (uint32_t)length) total[1]++;
  if (held && held + length >= 64) {
    size_t fill = 64 - held;
    memcpy(buffer + held, in, fill);
    block(state, buffer);
    in += fill;
    length -= fill;
    held = 0;
  }
  for (; length >= 64; in += 64, length -= 64) block(state, in);
  if (length) memcpy(buffer + held, in, length);
}

static void finish_blocks(uint32_t *total, uint32_t *state, unsigned char *buffer, block_fn block, int big_endian) {
  uint64_t bits = ((uint64_t)total[1] << 32 | total[0]) << 3;
  size_t held = total[0] & 63;
  buffer[held++] = 0x80;
  if (held > 56) {
    memset(buffer + held, 0, 64 - held);
    block(state, buffer);
    held = 0;
  }
  memset(buffer + held, 0, 56 - held);
  for (int i = 0; i < 8; i++) buffer[56 + i] = (unsigned char)(bits >> (big_endian ? 56 - 8 * i : 8 * i));
  block(state, buffer);
}

// ---- SHA-256 ----

static const uint32_t sha_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
    0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
    0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
    0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2};

static void sha_block(uint32_t *state, const unsigned char *b) {
  uint32_t w[64], s[8];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)b[i * 4] << 24 | (uint32_t)b[i * 4 + 1] << 16 | (uint32_t)b[i * 4 + 2] << 8 | b[i * 4 + 3];
  for (int i = 16; i < 64; i++) {
    uint32_t a = w[i - 15], c = w[i - 2];
    w[i] = w[i - 16] + (ror(a, 7) ^ ror(a, 18) ^ a >> 3) + w[i - 7] + (ror(c, 17) ^ ror(c, 19) ^ c >> 10);
  }
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t t1 = s[7] + (ror(s[4], 6) ^ ror(s[4], 11) ^ ror(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + sha_k[i] + w[i];
    uint32_t t2 = (ror(s[0], 2) ^ ror(s[0], 13) ^ ror(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += t1;
    s[0] = t1 + t2;
  }
  for (int i = 0; i < 8; i++) state[i] += s[i];
}

void mbedtls_sha256_init(mbedtls_sha256_context *ctx) { memset(ctx, 0, sizeof *ctx); }
void mbedtls_sha256_free(mbedtls_sha256_context *ctx) {
  if (ctx) memset(ctx, 0, sizeof *ctx);
}
void mbedtls_sha256_clone(mbedtls_sha256_context *dst, const mbedtls_sha256_context *src) { *dst = *src; }
int mbedtls_sha256_starts(mbedtls_sha256_context *ctx, int is224) {
  static const uint32_t start[2][8] = {
      {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
      {0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4}};
  ctx->total[0] = ctx->total[1] = 0;
  ctx->is224 = is224 != 0;
  memcpy(ctx->state, start[ctx->is224], sizeof ctx->state);
  return 0;
}
int mbedtls_sha256_update(mbedtls_sha256_context *ctx, const unsigned char *in, size_t length) {
  absorb(ctx->total, ctx->state, ctx->buffer, in, length, sha_block);
  return 0;
}
int mbedtls_sha256_finish(mbedtls_sha256_context *ctx, unsigned char *out) {
  finish_blocks(ctx->total, ctx->state, ctx->buffer, sha_block, 1);
  for (int i = 0; i < (ctx->is224 ? 28 : 32); i++) out[i] = (unsigned char)(ctx->state[i / 4] >> (24 - 8 * (i % 4)));
  return 0;
}
int mbedtls_sha256(const unsigned char *in, size_t length, unsigned char *out, int is224) {
  mbedtls_sha256_context ctx;
  mbedtls_sha256_starts(&ctx, is224);
  mbedtls_sha256_update(&ctx, in, length);
  return mbedtls_sha256_finish(&ctx, out);
}

// ---- MD5 ----

static const uint32_t md5_k[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8,
    0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
    0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87,
    0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
    0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039,
    0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92,
    0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
    0xeb86d391};

static void md5_block(uint32_t *state, const unsigned char *b) {
  static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  static const uint8_t step[4] = {1, 5, 3, 7}, offset[4] = {0, 1, 5, 0};
  uint32_t w[16], a = state[0], x = state[1], y = state[2], z = state[3];
  for (int i = 0; i < 16; i++)
    w[i] = b[i * 4] | (uint32_t)b[i * 4 + 1] << 8 | (uint32_t)b[i * 4 + 2] << 16 | (uint32_t)b[i * 4 + 3] << 24;
  for (int i = 0; i < 64; i++) {
    int round = i / 16;
    uint32_t f = round == 0 ? (x & y) | (~x & z) : round == 1 ? (z & x) | (~z & y) : round == 2 ? x ^ y ^ z : y ^ (x | ~z);
    uint32_t sum = a + f + md5_k[i] + w[(step[round] * i + offset[round]) & 15];
    a = z;
    z = y;
    y = x;
    x += rol(sum, shifts[round][i & 3]);
  }
  state[0] += a;
  state[1] += x;
  state[2] += y;
  state[3] += z;
}

void mbedtls_md5_init(mbedtls_md5_context *ctx) { memset(ctx, 0, sizeof *ctx); }
void mbedtls_md5_free(mbedtls_md5_context *ctx) {
  if (ctx) memset(ctx, 0, sizeof *ctx);
}
void mbedtls_md5_clone(mbedtls_md5_context *dst, const mbedtls_md5_context *src) { *dst = *src; }
int mbedtls_md5_starts(mbedtls_md5_context *ctx) {
  static const uint32_t start[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  ctx->total[0] = ctx->total[1] = 0;
  memcpy(ctx->state, start, sizeof start);
  return 0;
}
int mbedtls_md5_update(mbedtls_md5_context *ctx, const unsigned char *in, size_t length) {
  absorb(ctx->total, ctx->state, ctx->buffer, in, length, md5_block);
  return 0;
}
int mbedtls_md5_finish(mbedtls_md5_context *ctx, unsigned char out[16]) {
  finish_blocks(ctx->total, ctx->state, ctx->buffer, md5_block, 0);
  for (int i = 0; i < 16; i++) out[i] = (unsigned char)(ctx->state[i / 4] >> (8 * (i % 4)));
  return 0;
}
int mbedtls_md5(const unsigned char *in, size_t length, unsigned char out[16]) {
  mbedtls_md5_context ctx;
  mbedtls_md5_starts(&ctx);
  mbedtls_md5_update(&ctx, in, length);
  return mbedtls_md5_finish(&ctx, out);
}
