#include "Arduino.h"

size_t Print::write(const uint8_t *buffer, size_t size) {
  size_t n = 0;
  while (n < size && write(buffer[n])) n++;
  return n;
}

size_t Print::vprintf(const char *format, va_list arg) {
  char small[64];
  va_list again;
  va_copy(again, arg);
  int length = vsnprintf(small, sizeof small, format, again);
  va_end(again);
  if (length < 0) return 0;
  if (static_cast<size_t>(length) < sizeof small) return write(reinterpret_cast<uint8_t *>(small), length);
  char *text = static_cast<char *>(malloc(length + 1));
  if (!text) return 0;
  vsnprintf(text, length + 1, format, arg);
  size_t written = write(reinterpret_cast<uint8_t *>(text), length);
  free(text);
  return written;
}

size_t Print::printf(const char *format, ...) {
  va_list arg;
  va_start(arg, format);
  size_t n = vprintf(format, arg);
  va_end(arg);
  return n;
}

size_t Print::printf(const __FlashStringHelper *format, ...) {
  va_list arg;
  va_start(arg, format);
  size_t n = vprintf(reinterpret_cast<const char *>(format), arg);
  va_end(arg);
  return n;
}

size_t Print::print(long n, int base) { return printSigned(n, base); }
size_t Print::print(long long n, int base) { return printSigned(n, base); }
size_t Print::print(unsigned long n, int base) { return print(static_cast<unsigned long long>(n), base); }
size_t Print::print(unsigned long long n, int base) {
  if (base == 0) return write(static_cast<uint8_t>(n));
  return printNumber(n, static_cast<uint8_t>(base));
}

// As the core does, a sign for base 10 only: other bases show the two's complement of the number's own width.
size_t Print::printSigned(long long n, int base) {
  if (base == 0) return write(static_cast<uint8_t>(n));
  if (base == 10 && n < 0) return print('-') + printNumber(0ull - static_cast<unsigned long long>(n), 10);
  unsigned long long bits = static_cast<unsigned long long>(n);
  if (n >= INT32_MIN && n < 0) bits &= 0xffffffffull;
  return printNumber(bits, static_cast<uint8_t>(base));
}

size_t Print::printNumber(unsigned long long n, uint8_t base) {
  char digits[8 * sizeof n + 1];
  char *p = digits + sizeof digits;
  *--p = 0;
  if (base < 2) base = 10;
  do {
    unsigned digit = static_cast<unsigned>(n % base);
    *--p = static_cast<char>(digit < 10 ? '0' + digit : 'A' + digit - 10);
    n /= base;
  } while (n);
  return write(p);
}

// The core's own algorithm decides the last digit: round half away from zero, digits one by one.
size_t Print::printFloat(double number, uint8_t digits) {
  if (isnan(number)) return print("nan");
  if (isinf(number)) return print("inf");
  if (number > 4294967040.0 || number < -4294967040.0) return print("ovf");
  size_t n = 0;
  if (number < 0.0) {
    n += print('-');
    number = -number;
  }
  double rounding = 0.5;
  for (uint8_t i = 0; i < digits; ++i) rounding /= 10.0;
  number += rounding;
  unsigned long whole = static_cast<unsigned long>(number);
  double rest = number - static_cast<double>(whole);
  n += print(whole);
  if (digits > 0) n += print('.');
  while (digits-- > 0) {
    rest *= 10.0;
    int digit = static_cast<int>(rest);
    n += print(digit);
    rest -= digit;
  }
  return n;
}

size_t Print::print(struct tm *timeinfo, const char *format) {
  char buf[64];
  size_t length = strftime(buf, sizeof buf, format ? format : "%c", timeinfo);
  return length ? write(buf, length) : 0;
}
