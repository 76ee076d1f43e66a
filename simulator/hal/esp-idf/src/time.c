// The system's clock: seconds since 1970. It stands at 1970 after power-on until SNTP or settimeofday sets it, and goes on across
// every other reset, as the chip's RTC timer does.
#include <errno.h>
#include <sys/time.h>
#include "hal_internal.h"
#include "host.h"

double hal_wall_clock_us(void) { return host_wall_clock(); }

int settimeofday(const struct timeval *tv, const struct timezone *tz) {
  (void)tz;
  if (!tv || tv->tv_usec < 0 || tv->tv_usec >= 1000000) {
    errno = EINVAL;
    return -1;
  }
  host_set_wall_clock((double)tv->tv_sec * 1e6 + (double)tv->tv_usec);
  return 0;
}
