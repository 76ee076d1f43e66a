// Arduino's String (cores/esp32/WString.h): same members and results. A failed allocation leaves a String unchanged
// (concat) or invalid (constructor, assignment): `if (s)` is then false. Up to 14 characters need no heap.
#pragma once
#include <ctype.h>
#include <pgmspace.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <initializer_list>

class __FlashStringHelper;
#define FPSTR(str_pointer) (reinterpret_cast<const __FlashStringHelper *>(str_pointer))
#define F(string_literal) (FPSTR(PSTR(string_literal)))

class StringSumHelper;

class String {
  typedef void (String::*StringIfHelperType)() const;
  void StringIfHelper() const {}

public:
  String(const char *cstr = "");
  String(const char *cstr, unsigned int length);
  String(const uint8_t *cstr, unsigned int length) : String(reinterpret_cast<const char *>(cstr), length) {}
  String(std::initializer_list<char> list) : String(list.begin(), static_cast<unsigned int>(list.size())) {}
  String(const String &str);
  String(const __FlashStringHelper *str) : String(reinterpret_cast<const char *>(str)) {}
  String(String &&rval);
  String(StringSumHelper &&rval);
  explicit String(char c);
  explicit String(unsigned char, unsigned char base = 10);
  explicit String(int, unsigned char base = 10);
  explicit String(unsigned int, unsigned char base = 10);
  explicit String(long, unsigned char base = 10);
  explicit String(unsigned long, unsigned char base = 10);
  explicit String(float, unsigned int decimalPlaces = 2);
  explicit String(double, unsigned int decimalPlaces = 2);
  explicit String(long long, unsigned char base = 10);
  explicit String(unsigned long long, unsigned char base = 10);
  ~String();

  bool reserve(unsigned int size);
  unsigned int length() const { return buffer() ? len() : 0; }
  void clear() { setLen(0); }
  bool isEmpty() const { return length() == 0; }

  String &operator=(const String &rhs);
  String &operator=(const char *cstr);
  String &operator=(const __FlashStringHelper *str) { return *this = reinterpret_cast<const char *>(str); }
  String &operator=(String &&rval);
  String &operator=(StringSumHelper &&rval);

  bool concat(const String &str);
  bool concat(const char *cstr);
  bool concat(const char *cstr, unsigned int length);
  bool concat(const uint8_t *cstr, unsigned int length) {
    return concat(reinterpret_cast<const char *>(cstr), length);
  }
  bool concat(char c) { return concat(&c, 1); }
  bool concat(unsigned char num) { return concat(String(num)); }
  bool concat(int num) { return concat(String(num)); }
  bool concat(unsigned int num) { return concat(String(num)); }
  bool concat(long num) { return concat(String(num)); }
  bool concat(unsigned long num) { return concat(String(num)); }
  bool concat(float num) { return concat(String(num)); }
  bool concat(double num) { return concat(String(num)); }
  bool concat(long long num) { return concat(String(num)); }
  bool concat(unsigned long long num) { return concat(String(num)); }
  bool concat(const __FlashStringHelper *str) { return concat(reinterpret_cast<const char *>(str)); }

  String &operator+=(const String &rhs) { return concat(rhs), *this; }
  String &operator+=(const char *cstr) { return concat(cstr), *this; }
  String &operator+=(char c) { return concat(c), *this; }
  String &operator+=(unsigned char num) { return concat(num), *this; }
  String &operator+=(int num) { return concat(num), *this; }
  String &operator+=(unsigned int num) { return concat(num), *this; }
  String &operator+=(long num) { return concat(num), *this; }
  String &operator+=(unsigned long num) { return concat(num), *this; }
  String &operator+=(float num) { return concat(num), *this; }
  String &operator+=(double num) { return concat(num), *this; }
  String &operator+=(long long num) { return concat(num), *this; }
  String &operator+=(unsigned long long num) { return concat(num), *this; }
  String &operator+=(const __FlashStringHelper *str) { return concat(str), *this; }

  friend StringSumHelper &operator+(const StringSumHelper &lhs, const String &rhs);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, const char *cstr);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, char c);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, unsigned char num);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, int num);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, unsigned int num);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, long num);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, unsigned long num);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, float num);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, double num);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, long long num);
  friend StringSumHelper &operator+(const StringSumHelper &lhs, unsigned long long num);

  operator StringIfHelperType() const { return buffer() ? &String::StringIfHelper : nullptr; }
  int compareTo(const String &s) const;
  bool equals(const String &s) const;
  bool equals(const char *cstr) const;
  bool operator==(const String &rhs) const { return equals(rhs); }
  bool operator==(const char *cstr) const { return equals(cstr); }
  bool operator!=(const String &rhs) const { return !equals(rhs); }
  bool operator!=(const char *cstr) const { return !equals(cstr); }
  bool operator<(const String &rhs) const { return compareTo(rhs) < 0; }
  bool operator>(const String &rhs) const { return compareTo(rhs) > 0; }
  bool operator<=(const String &rhs) const { return compareTo(rhs) <= 0; }
  bool operator>=(const String &rhs) const { return compareTo(rhs) >= 0; }
  bool equalsIgnoreCase(const String &s) const;
  unsigned char equalsConstantTime(const String &s) const;
  bool startsWith(const String &prefix) const { return startsWith(prefix, 0); }
  bool startsWith(const char *prefix) const { return startsWith(String(prefix)); }
  bool startsWith(const __FlashStringHelper *prefix) const { return startsWith(String(prefix)); }
  bool startsWith(const String &prefix, unsigned int offset) const;
  bool endsWith(const String &suffix) const;
  bool endsWith(const char *suffix) const { return endsWith(String(suffix)); }
  bool endsWith(const __FlashStringHelper *suffix) const { return endsWith(String(suffix)); }

  char charAt(unsigned int index) const { return operator[](index); }
  void setCharAt(unsigned int index, char c);
  char operator[](unsigned int index) const;
  char &operator[](unsigned int index);
  void getBytes(unsigned char *buf, unsigned int bufsize, unsigned int index = 0) const;
  void toCharArray(char *buf, unsigned int bufsize, unsigned int index = 0) const {
    getBytes(reinterpret_cast<unsigned char *>(buf), bufsize, index);
  }
  const char *c_str() const { return buffer(); }
  char *begin() { return buffer(); }
  char *end() { return buffer() + length(); }
  const char *begin() const { return c_str(); }
  const char *end() const { return c_str() + length(); }

  int indexOf(char ch) const { return indexOf(ch, 0); }
  int indexOf(char ch, unsigned int fromIndex) const;
  int indexOf(const String &str) const { return indexOf(str, 0); }
  int indexOf(const String &str, unsigned int fromIndex) const;
  int lastIndexOf(char ch) const;
  int lastIndexOf(char ch, unsigned int fromIndex) const;
  int lastIndexOf(const String &str) const;
  int lastIndexOf(const String &str, unsigned int fromIndex) const;
  String substring(unsigned int beginIndex) const { return substring(beginIndex, len()); }
  String substring(unsigned int beginIndex, unsigned int endIndex) const;

  void replace(char find, char replace);
  void replace(const String &find, const String &replace);
  void replace(const char *find, const String &replace) { this->replace(String(find), replace); }
  void replace(const char *find, const char *replace) { this->replace(String(find), String(replace)); }
  void replace(const __FlashStringHelper *find, const String &replace) { this->replace(String(find), replace); }
  void replace(const __FlashStringHelper *find, const char *replace) {
    this->replace(String(find), String(replace));
  }
  void replace(const __FlashStringHelper *find, const __FlashStringHelper *replace) {
    this->replace(String(find), String(replace));
  }
  void remove(unsigned int index) { remove(index, static_cast<unsigned int>(-1)); }
  void remove(unsigned int index, unsigned int count);
  void toLowerCase();
  void toUpperCase();
  void trim();

  long toInt() const;
  float toFloat() const;
  double toDouble() const;

protected:
  // 16 bytes, as on the chip. Short: 14 characters, the NUL, and a tag byte with the length. Long: the tag is LONG.
  enum { SSO_CAPACITY = 14, LONG = 0x80, CAPACITY_MAX = 65535 };
  union {
    struct {
      char *buff;
      uint32_t cap, len;
    } ptr;
    struct {
      char buff[15];
      uint8_t tag;
    } sso;
  };
  bool isSSO() const { return (sso.tag & LONG) == 0; }
  unsigned int len() const { return isSSO() ? sso.tag : ptr.len; }
  unsigned int capacity() const { return isSSO() ? static_cast<unsigned int>(SSO_CAPACITY) : ptr.cap; }
  char *buffer() const { return isSSO() ? const_cast<char *>(sso.buff) : ptr.buff; }
  void setLen(unsigned int length);
  void init();
  void invalidate();
  bool changeBuffer(unsigned int maxStrLen);
  String &copy(const char *cstr, unsigned int length);
  void move(String &rhs);
};

class StringSumHelper : public String {
public:
  StringSumHelper(const String &s) : String(s) {}
  StringSumHelper(const char *p) : String(p) {}
  StringSumHelper(char c) : String(c) {}
  StringSumHelper(unsigned char num) : String(num) {}
  StringSumHelper(int num) : String(num) {}
  StringSumHelper(unsigned int num) : String(num) {}
  StringSumHelper(long num) : String(num) {}
  StringSumHelper(unsigned long num) : String(num) {}
  StringSumHelper(float num) : String(num) {}
  StringSumHelper(double num) : String(num) {}
  StringSumHelper(long long num) : String(num) {}
  StringSumHelper(unsigned long long num) : String(num) {}
};

inline StringSumHelper &operator+(const StringSumHelper &lhs, const __FlashStringHelper *rhs) {
  return lhs + reinterpret_cast<const char *>(rhs);
}

extern const String emptyString;
