// Bounds a guest that spins: clang calls this at every edge of instrumented (user and library) code.
#include "host.h"

// Edges left until the host is asked what time it is; the host refills it. Signed: it is tested after the decrement.
int32_t hal_edges_left = 100000;

__attribute__((no_sanitize("coverage"))) void __sanitizer_cov_trace_pc(void) {
  if (--hal_edges_left < 0) host_budget();
}
