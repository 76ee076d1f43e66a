// wasi-libc hides what it cannot do; the chip can set its clock.
#pragma once
#include_next <sys/time.h>
#ifdef __cplusplus
extern "C" {
#endif
struct timezone;
int settimeofday(const struct timeval *tv, const struct timezone *tz);
#ifdef __cplusplus
}
#endif
