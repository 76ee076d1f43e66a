// String: searching, cutting, replacing, parsing.
#include "Arduino.h"

bool String::startsWith(const String &prefix, unsigned int offset) const {
  if (offset > length() || length() - offset < prefix.length() || !buffer() || !prefix.buffer()) return false;
  return strncmp(buffer() + offset, prefix.buffer(), prefix.len()) == 0;
}
bool String::endsWith(const String &suffix) const {
  if (length() < suffix.length() || !buffer() || !suffix.buffer()) return false;
  return strcmp(buffer() + len() - suffix.len(), suffix.buffer()) == 0;
}

void String::setCharAt(unsigned int index, char c) {
  if (index < length()) buffer()[index] = c;
}
char &String::operator[](unsigned int index) {
  static char dummy; // what the core hands out for an index out of range
  if (index >= length()) {
    dummy = 0;
    return dummy;
  }
  return buffer()[index];
}
char String::operator[](unsigned int index) const { return index < length() ? buffer()[index] : 0; }

void String::getBytes(unsigned char *buf, unsigned int bufsize, unsigned int index) const {
  if (!bufsize || !buf) return;
  if (index >= length()) {
    buf[0] = 0;
    return;
  }
  unsigned int n = bufsize - 1;
  if (n > len() - index) n = len() - index;
  memcpy(buf, buffer() + index, n);
  buf[n] = 0;
}

int String::indexOf(char ch, unsigned int fromIndex) const {
  if (fromIndex >= length()) return -1;
  const char *found = static_cast<const char *>(memchr(buffer() + fromIndex, ch, len() - fromIndex));
  return found ? static_cast<int>(found - buffer()) : -1;
}
int String::indexOf(const String &str, unsigned int fromIndex) const {
  if (fromIndex >= length() || !str.buffer()) return -1;
  const char *found = strstr(buffer() + fromIndex, str.buffer());
  return found ? static_cast<int>(found - buffer()) : -1;
}
int String::lastIndexOf(char ch) const { return length() ? lastIndexOf(ch, len() - 1) : -1; }
int String::lastIndexOf(char ch, unsigned int fromIndex) const {
  if (fromIndex >= length()) return -1;
  for (int i = static_cast<int>(fromIndex); i >= 0; i--)
    if (buffer()[i] == ch) return i;
  return -1;
}
int String::lastIndexOf(const String &str) const {
  return length() < str.length() ? -1 : lastIndexOf(str, length() - str.length());
}
int String::lastIndexOf(const String &str, unsigned int fromIndex) const {
  if (str.length() == 0 || length() == 0 || str.length() > length()) return -1;
  unsigned int start = fromIndex > len() - str.len() ? len() - str.len() : fromIndex;
  for (int i = static_cast<int>(start); i >= 0; i--)
    if (memcmp(buffer() + i, str.buffer(), str.len()) == 0) return i;
  return -1;
}

String String::substring(unsigned int left, unsigned int right) const {
  if (left > right) {
    unsigned int swap = right;
    right = left;
    left = swap;
  }
  String out;
  if (left >= length()) return out;
  if (right > len()) right = len();
  out.copy(buffer() + left, right - left);
  return out;
}

void String::replace(char find, char replace) {
  for (unsigned int i = 0; i < length(); i++)
    if (buffer()[i] == find) buffer()[i] = replace;
}
void String::replace(const String &find, const String &replace) {
  if (length() == 0 || find.length() == 0) return;
  String out;
  unsigned int from = 0;
  for (;;) {
    int at = indexOf(find, from);
    if (at < 0) break;
    if (!out.concat(buffer() + from, static_cast<unsigned int>(at) - from) || !out.concat(replace)) return;
    from = static_cast<unsigned int>(at) + find.len();
  }
  if (from == 0) return;
  if (from < len() && !out.concat(buffer() + from, len() - from)) return;
  move(out);
}
void String::remove(unsigned int index, unsigned int count) {
  if (index >= length() || count == 0) return;
  if (count > len() - index) count = len() - index;
  unsigned int rest = len() - index - count;
  memmove(buffer() + index, buffer() + index + count, rest);
  setLen(index + rest);
}
void String::toLowerCase() {
  for (unsigned int i = 0; i < length(); i++)
    buffer()[i] = static_cast<char>(tolower(static_cast<unsigned char>(buffer()[i])));
}
void String::toUpperCase() {
  for (unsigned int i = 0; i < length(); i++)
    buffer()[i] = static_cast<char>(toupper(static_cast<unsigned char>(buffer()[i])));
}
void String::trim() {
  if (length() == 0) return;
  unsigned int first = 0, end = len();
  while (first < end && isspace(static_cast<unsigned char>(buffer()[first]))) first++;
  while (end > first && isspace(static_cast<unsigned char>(buffer()[end - 1]))) end--;
  memmove(buffer(), buffer() + first, end - first);
  setLen(end - first);
}

long String::toInt() const { return buffer() ? atol(buffer()) : 0; }
float String::toFloat() const { return static_cast<float>(toDouble()); }
double String::toDouble() const { return buffer() ? atof(buffer()) : 0.0; }
