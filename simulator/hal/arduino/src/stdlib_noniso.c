#include "stdlib_noniso.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

char *ulltoa(unsigned long long value, char *str, int base) {
  char digits[65];
  int i = 0, j = 0;
  if (base < 2 || base > 36) {
    *str = 0;
    return str;
  }
  do {
    int digit = (int)(value % (unsigned)base);
    digits[i++] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
    value /= (unsigned)base;
  } while (value);
  while (i) str[j++] = digits[--i];
  str[j] = 0;
  return str;
}

// newlib: base 10 is signed; other bases show the bits, at the type's width.
char *lltoa(long long value, char *str, int base) {
  if (base == 10 && value < 0) {
    *str = '-';
    ulltoa(0ull - (unsigned long long)value, str + 1, base);
    return str;
  }
  return ulltoa((unsigned long long)value, str, base);
}
char *ltoa(long value, char *str, int base) {
  return base == 10 ? lltoa(value, str, base) : ulltoa((unsigned long)value, str, base);
}
char *ultoa(unsigned long value, char *str, int base) { return ulltoa(value, str, base); }
char *itoa(int value, char *str, int base) { return ltoa(value, str, base); }
char *utoa(unsigned int value, char *str, int base) { return ulltoa(value, str, base); }

static char *pad(char *out, const char *text, int width) {
  int length = (int)strlen(text), fill = (width < 0 ? -width : width) - length;
  char *p = out;
  if (width > 0)
    while (fill-- > 0) *p++ = ' ';
  memcpy(p, text, (size_t)length);
  p += length;
  if (width < 0)
    while (fill-- > 0) *p++ = ' ';
  *p = 0;
  return out;
}

// Whole digits of a non-negative whole number, most significant first.
static char *write_whole(char *p, double whole) {
  double power = 1.0;
  while (whole / power >= 10.0) power *= 10.0;
  for (; power >= 1.0; power /= 10.0) {
    int digit = (int)(whole / power);
    if (digit < 0) digit = 0;
    if (digit > 9) digit = 9;
    *p++ = (char)('0' + digit);
    whole -= digit * power;
  }
  return p;
}

char *dtostrf(double number, signed int width, unsigned int decimals, char *str) {
  if (isnan(number)) return pad(str, "nan", width);
  if (isinf(number)) return pad(str, number < 0 ? "-inf" : "inf", width);
  bool negative = number < 0.0;
  if (negative) number = -number;
  double rounding = 0.5;
  for (unsigned int i = 0; i < decimals; ++i) rounding /= 10.0;
  number += rounding;
  double whole = floor(number), rest = number - whole;

  // Written behind the widest padding, then moved to its place.
  int room = width < 0 ? 0 : width;
  char *start = str + room, *p = start;
  if (negative) *p++ = '-';
  p = write_whole(p, whole);
  if (decimals) *p++ = '.';
  for (unsigned int i = 0; i < decimals; ++i) {
    rest *= 10.0;
    int digit = (int)rest;
    if (digit > 9) digit = 9;
    *p++ = (char)('0' + digit);
    rest -= digit;
  }
  int length = (int)(p - start), fill = (width < 0 ? -width : width) - length;
  if (fill < 0) fill = 0;
  if (width > 0) {
    memmove(str + fill, start, (size_t)length);
    memset(str, ' ', (size_t)fill);
  } else {
    memset(str + length, ' ', (size_t)fill);
  }
  str[fill + length] = 0;
  return str;
}
