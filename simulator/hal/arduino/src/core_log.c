// What Arduino's log_x macros call (cores/esp32/esp32-hal-log.h): lines on UART0, whatever the level of a tag.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "esp32-hal-log.h"
#include "host.h"

const char *pathToFileName(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}
int log_printfv(const char *format, va_list arg) {
  char text[256];
  int length = vsnprintf(text, sizeof text, format, arg);
  if (length < 0) return 0;
  size_t shown = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
  host_uart_write(0, (const uint8_t *)text, shown);
  return (int)shown;
}
int log_printf(const char *format, ...) {
  va_list arg;
  va_start(arg, format);
  int length = log_printfv(format, arg);
  va_end(arg);
  return length;
}
void log_print_buf(const uint8_t *b, size_t len) {
  for (size_t i = 0; i < len; i++) log_printf("%s0x%02x,%s", i % 16 ? " " : "", b[i], i % 16 == 15 ? "\r\n" : "");
  if (len % 16) log_printf("\r\n");
}
