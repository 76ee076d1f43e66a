// libc's system calls, answered inside the guest so that a guest imports nothing but host.h:
// file descriptors 0…2 are UART0, the wall clock stands at 1970 until it is set, no files, no environment.
#include <errno.h>
#include <string.h>
#include <wasi/api.h>
#include "host.h"

static int is_console(__wasi_fd_t fd) { return fd <= 2; }

// The console driver sends CR LF for every LF.
static void console_write(const uint8_t *data, size_t length) {
  static const uint8_t crlf[] = "\r\n";
  while (length) {
    const uint8_t *newline = memchr(data, '\n', length);
    size_t text = newline ? (size_t)(newline - data) : length;
    if (text) host_uart_write(0, data, text);
    if (!newline) return;
    host_uart_write(0, crlf, 2);
    data += text + 1;
    length -= text + 1;
  }
}

__wasi_errno_t __wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *pieces, size_t count, __wasi_size_t *written) {
  if (fd != 1 && fd != 2) return __WASI_ERRNO_BADF;
  size_t total = 0;
  for (size_t i = 0; i < count; i++) {
    console_write(pieces[i].buf, pieces[i].buf_len);
    total += pieces[i].buf_len;
  }
  *written = total;
  return 0;
}

__wasi_errno_t __wasi_fd_read(__wasi_fd_t fd, const __wasi_iovec_t *pieces, size_t count, __wasi_size_t *taken) {
  if (fd != 0) return __WASI_ERRNO_BADF;
  size_t total = 0;
  for (size_t i = 0; i < count; i++) {
    int n = host_uart_read(0, pieces[i].buf, pieces[i].buf_len);
    if (n > 0) total += (size_t)n;
    if (n < (int)pieces[i].buf_len) break;
  }
  *taken = total;
  return 0;
}

__wasi_errno_t __wasi_fd_fdstat_get(__wasi_fd_t fd, __wasi_fdstat_t *out) {
  if (!is_console(fd)) return __WASI_ERRNO_BADF;
  memset(out, 0, sizeof *out);
  out->fs_filetype = __WASI_FILETYPE_CHARACTER_DEVICE; // a terminal: stdout is line-buffered, as on the chip
  out->fs_rights_base = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE;
  return 0;
}

__wasi_errno_t __wasi_fd_seek(__wasi_fd_t fd, __wasi_filedelta_t o, __wasi_whence_t w, __wasi_filesize_t *out) {
  (void)o, (void)w, (void)out;
  return is_console(fd) ? __WASI_ERRNO_SPIPE : __WASI_ERRNO_BADF;
}
__wasi_errno_t __wasi_fd_close(__wasi_fd_t fd) { return is_console(fd) ? 0 : __WASI_ERRNO_BADF; }

__wasi_errno_t __wasi_environ_sizes_get(__wasi_size_t *count, __wasi_size_t *bytes) {
  *count = 0;
  *bytes = 0;
  return 0;
}
__wasi_errno_t __wasi_environ_get(uint8_t **environ, uint8_t *buffer) {
  (void)environ, (void)buffer;
  return 0;
}

__wasi_errno_t __wasi_clock_time_get(__wasi_clockid_t id, __wasi_timestamp_t precision, __wasi_timestamp_t *out) {
  (void)precision;
  *out = (__wasi_timestamp_t)((id == __WASI_CLOCKID_REALTIME ? host_wall_clock() : host_micros()) * 1000.0);
  return 0;
}
__wasi_errno_t __wasi_clock_res_get(__wasi_clockid_t id, __wasi_timestamp_t *out) {
  (void)id;
  *out = 1000;
  return 0;
}

__wasi_errno_t __wasi_random_get(uint8_t *out, __wasi_size_t length) {
  for (__wasi_size_t i = 0; i < length; i += 4) {
    uint32_t word = host_random();
    memcpy(out + i, &word, length - i < 4 ? length - i : 4);
  }
  return 0;
}

__wasi_errno_t __wasi_sched_yield(void) {
  host_yield();
  return 0;
}

// sleep, usleep, nanosleep: one clock subscription.
__wasi_errno_t __wasi_poll_oneoff(const __wasi_subscription_t *in, __wasi_event_t *out, size_t count, __wasi_size_t *done) {
  if (count != 1 || in->u.tag != __WASI_EVENTTYPE_CLOCK) return __WASI_ERRNO_NOTSUP;
  double us = (double)in->u.u.clock.timeout / 1000.0;
  if (in->u.u.clock.flags & __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME) us -= host_micros();
  if (us > 0) host_delay(us);
  else host_yield();
  memset(out, 0, sizeof *out);
  out->userdata = in->userdata;
  *done = 1;
  return 0;
}

_Noreturn void __wasi_proc_exit(__wasi_exitcode_t code) {
  (void)code;
  static const char reason[] = "abort() was called";
  host_panic(reason, sizeof reason - 1);
  __builtin_trap();
}
