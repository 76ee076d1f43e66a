// What one pass of loop() compares, written down while the host asks for it: a comparison whose sides close in on each
// other at the pace of the clock tells when the next pass will go another way. clang calls these at every integer
// comparison of instrumented (user and library) code; floats and equal constants are not compared here.
#include "hal_internal.h"
#include "host.h"

hal_comparisons_t hal_comparisons;

static inline void note(double a, double b) {
  if (!hal_comparisons.watching) return;
  if (hal_comparisons.count < HAL_COMPARISONS) hal_comparisons.difference[hal_comparisons.count] = a - b;
  hal_comparisons.count++;
}

void hal_compare(uint32_t a, uint32_t b) { note(a, b); }

// Bytes are characters and states, not times.
void __sanitizer_cov_trace_cmp1(uint8_t a, uint8_t b) { (void)a, (void)b; }
void __sanitizer_cov_trace_const_cmp1(uint8_t a, uint8_t b) { (void)a, (void)b; }
void __sanitizer_cov_trace_cmp2(uint16_t a, uint16_t b) { note(a, b); }
void __sanitizer_cov_trace_const_cmp2(uint16_t a, uint16_t b) { note(a, b); }
void __sanitizer_cov_trace_cmp4(uint32_t a, uint32_t b) { note(a, b); }
void __sanitizer_cov_trace_const_cmp4(uint32_t a, uint32_t b) { note(a, b); }
void __sanitizer_cov_trace_cmp8(uint64_t a, uint64_t b) { note(a, b); }
void __sanitizer_cov_trace_const_cmp8(uint64_t a, uint64_t b) { note(a, b); }
// A switch over a time is none that a sketch would write.
void __sanitizer_cov_trace_switch(uint64_t value, uint64_t *cases) { (void)value, (void)cases; }
