// Print: the base of everything text is written to (cores/esp32/Print.h).
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "Printable.h"
#include "WString.h"

#define DEC 10
#define HEX 16
#define OCT 8
#define BIN 2

class Print {
  int write_error = 0;
  size_t printNumber(unsigned long n, uint8_t base) { return printNumber(static_cast<unsigned long long>(n), base); }
  size_t printNumber(unsigned long long n, uint8_t base);
  size_t printSigned(long long n, int base);
  size_t printFloat(double number, uint8_t digits);

protected:
  void setWriteError(int err = 1) { write_error = err; }

public:
  virtual ~Print() {}
  int getWriteError() { return write_error; }
  void clearWriteError() { setWriteError(0); }

  virtual size_t write(uint8_t c) = 0;
  size_t write(const char *str) {
    return str ? write(reinterpret_cast<const uint8_t *>(str), strlen(str)) : 0;
  }
  virtual size_t write(const uint8_t *buffer, size_t size);
  size_t write(const char *buffer, size_t size) { return write(reinterpret_cast<const uint8_t *>(buffer), size); }

  size_t vprintf(const char *format, va_list arg);
  size_t printf(const char *format, ...) __attribute__((format(printf, 2, 3)));
  size_t printf(const __FlashStringHelper *format, ...);
  virtual int availableForWrite() { return 0; }

  size_t print(const __FlashStringHelper *ifsh) { return print(reinterpret_cast<const char *>(ifsh)); }
  size_t print(const String &s) { return write(s.c_str(), s.length()); }
  size_t print(const char str[]) { return write(str); }
  size_t print(char c) { return write(static_cast<uint8_t>(c)); }
  size_t print(unsigned char b, int base = DEC) { return print(static_cast<unsigned long>(b), base); }
  size_t print(int n, int base = DEC) { return print(static_cast<long>(n), base); }
  size_t print(unsigned int n, int base = DEC) { return print(static_cast<unsigned long>(n), base); }
  size_t print(long n, int base = DEC);
  size_t print(unsigned long n, int base = DEC);
  size_t print(long long n, int base = DEC);
  size_t print(unsigned long long n, int base = DEC);
  size_t print(double n, int digits = 2) { return printFloat(n, static_cast<uint8_t>(digits)); }
  size_t print(const Printable &x) { return x.printTo(*this); }
  size_t print(struct tm *timeinfo, const char *format = NULL);

  size_t println(void) { return print("\r\n"); }
  size_t println(const __FlashStringHelper *ifsh) { return line(print(ifsh)); }
  size_t println(const String &s) { return line(print(s)); }
  size_t println(const char c[]) { return line(print(c)); }
  size_t println(char c) { return line(print(c)); }
  size_t println(unsigned char b, int base = DEC) { return line(print(b, base)); }
  size_t println(int num, int base = DEC) { return line(print(num, base)); }
  size_t println(unsigned int num, int base = DEC) { return line(print(num, base)); }
  size_t println(long num, int base = DEC) { return line(print(num, base)); }
  size_t println(unsigned long num, int base = DEC) { return line(print(num, base)); }
  size_t println(long long num, int base = DEC) { return line(print(num, base)); }
  size_t println(unsigned long long num, int base = DEC) { return line(print(num, base)); }
  size_t println(double num, int digits = 2) { return line(print(num, digits)); }
  size_t println(const Printable &x) { return line(print(x)); }
  size_t println(struct tm *timeinfo, const char *format = NULL) { return line(print(timeinfo, format)); }

  virtual void flush() {}

private:
  size_t line(size_t written) { return written + println(); }
};
