// Format macros that match int32_t = long (see bits/alltypes.h).
#include_next <inttypes.h>
#ifndef HAL_INTTYPES_H
#define HAL_INTTYPES_H
#undef PRId32
#undef PRIi32
#undef PRIo32
#undef PRIu32
#undef PRIx32
#undef PRIX32
#undef PRIdLEAST32
#undef PRIuLEAST32
#undef PRIxLEAST32
#undef PRIdFAST32
#undef PRIuFAST32
#undef PRIxFAST32
#undef SCNd32
#undef SCNi32
#undef SCNu32
#undef SCNx32
#define PRId32 "ld"
#define PRIi32 "li"
#define PRIo32 "lo"
#define PRIu32 "lu"
#define PRIx32 "lx"
#define PRIX32 "lX"
#define PRIdLEAST32 "ld"
#define PRIuLEAST32 "lu"
#define PRIxLEAST32 "lx"
#define PRIdFAST32 "ld"
#define PRIuFAST32 "lu"
#define PRIxFAST32 "lx"
#define SCNd32 "ld"
#define SCNi32 "li"
#define SCNu32 "lu"
#define SCNx32 "lx"
#endif
