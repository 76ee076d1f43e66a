// The chip's toolchain (xtensa-esp-elf, newlib) makes the 32-bit integer types `long`; the sysroot makes them `int`.
// Overload resolution, templates and format warnings see the difference, so guests get the chip's types.
// No include guard: the sysroot's own file is included many times, each time with other __NEED_ macros.
#if defined(__NEED_int32_t) && !defined(__DEFINED_int32_t)
typedef signed long int32_t;
#define __DEFINED_int32_t
#endif
#if defined(__NEED_uint32_t) && !defined(__DEFINED_uint32_t)
typedef unsigned long uint32_t;
#define __DEFINED_uint32_t
#endif
#include_next <bits/alltypes.h>
