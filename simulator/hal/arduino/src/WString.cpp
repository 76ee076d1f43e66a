// String: storage, assignment, concatenation, comparison. Searching and editing are in WString_edit.cpp.
#include "Arduino.h"

const String emptyString;

void String::init() {
  sso.buff[0] = 0;
  sso.tag = 0;
}

// Frees the buffer and leaves a String whose `if (s)` is false.
void String::invalidate() {
  if (!isSSO()) free(ptr.buff);
  ptr.buff = nullptr;
  ptr.cap = 0;
  ptr.len = 0;
  sso.tag = LONG;
}

void String::setLen(unsigned int length) {
  if (isSSO()) {
    sso.tag = static_cast<uint8_t>(length);
    sso.buff[length] = 0;
  } else {
    ptr.len = length;
    if (ptr.buff) ptr.buff[length] = 0;
  }
}

bool String::reserve(unsigned int size) {
  if (buffer() && capacity() >= size) return true;
  if (!buffer()) init();
  return changeBuffer(size);
}

bool String::changeBuffer(unsigned int maxStrLen) {
  if (maxStrLen <= capacity()) return true;
  if (maxStrLen > CAPACITY_MAX) return false;
  unsigned int size = (maxStrLen + 16) & ~0xfu; // whole 16-byte steps, as the core does
  unsigned int length = len();
  char *grown = static_cast<char *>(isSSO() ? malloc(size) : realloc(ptr.buff, size));
  if (!grown) return false;
  if (isSSO()) memcpy(grown, sso.buff, length + 1);
  ptr.buff = grown;
  ptr.cap = size - 1;
  sso.tag = LONG;
  setLen(length);
  return true;
}

String &String::copy(const char *cstr, unsigned int length) {
  if (!reserve(length)) {
    invalidate();
    return *this;
  }
  memmove(buffer(), cstr, length);
  setLen(length);
  return *this;
}

void String::move(String &rhs) {
  if (this == &rhs) return;
  if (!isSSO()) free(ptr.buff);
  memcpy(static_cast<void *>(&sso), &rhs.sso, sizeof sso);
  rhs.init();
}

String::String(const char *cstr) {
  init();
  if (cstr) copy(cstr, strlen(cstr));
}
String::String(const char *cstr, unsigned int length) {
  init();
  if (cstr) copy(cstr, length);
}
String::String(const String &str) {
  init();
  *this = str;
}
String::String(String &&rval) {
  init();
  move(rval);
}
String::String(StringSumHelper &&rval) {
  init();
  move(rval);
}
String::String(char c) {
  init();
  copy(&c, 1);
}

String::String(unsigned char value, unsigned char base) : String(static_cast<unsigned long long>(value), base) {}
String::String(unsigned int value, unsigned char base) : String(static_cast<unsigned long long>(value), base) {}
String::String(unsigned long value, unsigned char base) : String(static_cast<unsigned long long>(value), base) {}
String::String(int value, unsigned char base) : String(static_cast<long>(value), base) {}
String::String(long value, unsigned char base) {
  init();
  char buf[2 + 8 * sizeof(long)];
  *this = ltoa(value, buf, base);
}
String::String(long long value, unsigned char base) {
  init();
  char buf[2 + 8 * sizeof(long long)];
  *this = lltoa(value, buf, base);
}
String::String(unsigned long long value, unsigned char base) {
  init();
  char buf[1 + 8 * sizeof(unsigned long long)];
  *this = ulltoa(value, buf, base);
}
String::String(float value, unsigned int decimalPlaces) : String(static_cast<double>(value), decimalPlaces) {}
String::String(double value, unsigned int decimalPlaces) {
  init();
  // 310 digits before the point at most; dtostrf writes no more than decimalPlaces behind it.
  char *buf = static_cast<char *>(malloc(decimalPlaces + 320));
  if (!buf) {
    invalidate();
    return;
  }
  *this = dtostrf(value, 0, decimalPlaces, buf);
  free(buf);
}

String::~String() {
  if (!isSSO()) free(ptr.buff);
  init();
}

String &String::operator=(const String &rhs) {
  if (this == &rhs) return *this;
  if (rhs.buffer()) copy(rhs.buffer(), rhs.len());
  else invalidate();
  return *this;
}
String &String::operator=(const char *cstr) {
  if (cstr) copy(cstr, strlen(cstr));
  else invalidate();
  return *this;
}
String &String::operator=(String &&rval) {
  move(rval);
  return *this;
}
String &String::operator=(StringSumHelper &&rval) {
  move(rval);
  return *this;
}

bool String::concat(const char *cstr, unsigned int length) {
  if (!cstr) return false;
  if (length == 0) return true;
  unsigned int before = this->length(), total = before + length;
  if (total < before) return false;
  // The argument may point into this very string, which reserve may move.
  const char *own = buffer();
  bool inside = own && cstr >= own && cstr <= own + before;
  size_t offset = inside ? static_cast<size_t>(cstr - own) : 0;
  if (!reserve(total)) return false;
  memmove(buffer() + before, inside ? buffer() + offset : cstr, length);
  setLen(total);
  return true;
}
bool String::concat(const String &str) {
  return str.buffer() && concat(str.buffer(), str.len());
}
bool String::concat(const char *cstr) { return cstr && concat(cstr, strlen(cstr)); }

namespace {
template <typename T> StringSumHelper &sum(const StringSumHelper &lhs, const T &rhs) {
  StringSumHelper &a = const_cast<StringSumHelper &>(lhs);
  a.concat(rhs);
  return a;
}
} // namespace
StringSumHelper &operator+(const StringSumHelper &lhs, const String &rhs) { return sum(lhs, rhs); }
StringSumHelper &operator+(const StringSumHelper &lhs, const char *cstr) { return sum(lhs, cstr); }
StringSumHelper &operator+(const StringSumHelper &lhs, char c) { return sum(lhs, c); }
StringSumHelper &operator+(const StringSumHelper &lhs, unsigned char num) { return sum(lhs, num); }
StringSumHelper &operator+(const StringSumHelper &lhs, int num) { return sum(lhs, num); }
StringSumHelper &operator+(const StringSumHelper &lhs, unsigned int num) { return sum(lhs, num); }
StringSumHelper &operator+(const StringSumHelper &lhs, long num) { return sum(lhs, num); }
StringSumHelper &operator+(const StringSumHelper &lhs, unsigned long num) { return sum(lhs, num); }
StringSumHelper &operator+(const StringSumHelper &lhs, float num) { return sum(lhs, num); }
StringSumHelper &operator+(const StringSumHelper &lhs, double num) { return sum(lhs, num); }
StringSumHelper &operator+(const StringSumHelper &lhs, long long num) { return sum(lhs, num); }
StringSumHelper &operator+(const StringSumHelper &lhs, unsigned long long num) { return sum(lhs, num); }

int String::compareTo(const String &s) const {
  const char *a = buffer(), *b = s.buffer();
  if (!a || !b) {
    if (b && s.len() > 0) return -*reinterpret_cast<const unsigned char *>(b);
    if (a && len() > 0) return *reinterpret_cast<const unsigned char *>(a);
    return 0;
  }
  return strcmp(a, b);
}
bool String::equals(const String &s) const { return length() == s.length() && compareTo(s) == 0; }
bool String::equals(const char *cstr) const {
  if (length() == 0) return !cstr || *cstr == 0;
  if (!cstr) return buffer()[0] == 0;
  return strcmp(buffer(), cstr) == 0;
}
bool String::equalsIgnoreCase(const String &s) const {
  if (this == &s) return true;
  if (length() != s.length()) return false;
  for (unsigned int i = 0; i < length(); i++)
    if (tolower(static_cast<unsigned char>(buffer()[i])) != tolower(static_cast<unsigned char>(s.buffer()[i])))
      return false;
  return true;
}
unsigned char String::equalsConstantTime(const String &s) const {
  if (length() != s.length()) return 0;
  unsigned char difference = 0;
  for (unsigned int i = 0; i < length(); i++) difference |= static_cast<unsigned char>(buffer()[i] ^ s.buffer()[i]);
  return difference == 0;
}
