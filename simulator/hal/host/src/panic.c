// How firmware dies: every path ends in host_panic with the sentence that ESP-IDF prints before its register dump.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hal_internal.h"
#include "host.h"

void hal_panic(const char *format, ...) {
  char text[256];
  va_list args;
  va_start(args, format);
  int length = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (length < 0) length = 0;
  if ((size_t)length >= sizeof text) length = sizeof text - 1;
  fflush(stdout);
  host_panic(text, (size_t)length);
  __builtin_trap();
}

void abort(void) { hal_panic("abort() was called"); }

// musl's <assert.h> calls this one; newlib's calls __assert_func. ESP-IDF prints the file's base name only.
static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

void __assert_fail(const char *expression, const char *file, int line, const char *function) {
  hal_panic("assert failed: %s %s:%d (%s)", function ? function : "??", base_name(file), line, expression);
}

void __assert_func(const char *file, int line, const char *function, const char *expression) {
  __assert_fail(expression, file, line, function);
}

// C++ runtime: the vendor's builds terminate through abort() as well.
void __cxa_pure_virtual(void) { abort(); }
void __cxa_deleted_virtual(void) { abort(); }

// A chip has nowhere to exit to: newlib's _exit aborts.
void _Exit(int status) {
  (void)status;
  abort();
}
void exit(int status) { _Exit(status); }
