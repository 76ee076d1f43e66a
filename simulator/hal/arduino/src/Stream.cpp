#include "Arduino.h"

// Both poll with delay(1): the core yields here too, and other tasks of the board run meanwhile.
int Stream::timedRead() {
  _startMillis = millis();
  do {
    int c = read();
    if (c >= 0) return c;
    if (_timeout) delay(1);
  } while (millis() - _startMillis < _timeout);
  return -1;
}
int Stream::timedPeek() {
  _startMillis = millis();
  do {
    int c = peek();
    if (c >= 0) return c;
    if (_timeout) delay(1);
  } while (millis() - _startMillis < _timeout);
  return -1;
}

int Stream::peekNextDigit(LookaheadMode lookahead, bool detectDecimal) {
  for (;;) {
    int c = timedPeek();
    if (c < 0 || c == '-' || (c >= '0' && c <= '9') || (detectDecimal && c == '.')) return c;
    if (lookahead == SKIP_NONE) return -1;
    if (lookahead == SKIP_WHITESPACE && c != ' ' && c != '\t' && c != '\r' && c != '\n') return -1;
    read();
  }
}

bool Stream::findUntil(const char *target, const char *terminator) {
  return findUntil(target, target ? strlen(target) : 0, terminator, terminator ? strlen(terminator) : 0);
}

// A small matcher that restarts at the longest own prefix, so that "aab" is found in "aaab".
static size_t advance(const char *pattern, size_t length, size_t matched, char c) {
  while (matched && pattern[matched] != c) {
    size_t shorter = matched - 1;
    while (shorter && memcmp(pattern, pattern + matched - shorter, shorter) != 0) shorter--;
    matched = shorter;
  }
  return length && pattern[matched] == c ? matched + 1 : matched;
}

bool Stream::findUntil(const char *target, size_t targetLen, const char *terminator, size_t termLen) {
  if (targetLen == 0) return true;
  size_t index = 0, termIndex = 0;
  int c;
  while ((c = timedRead()) >= 0) {
    index = advance(target, targetLen, index, static_cast<char>(c));
    if (index >= targetLen) return true;
    if (termLen) {
      termIndex = advance(terminator, termLen, termIndex, static_cast<char>(c));
      if (termIndex >= termLen) return false;
    }
  }
  return false;
}

long Stream::parseInt(LookaheadMode lookahead, char ignore) {
  int c = peekNextDigit(lookahead, false);
  if (c < 0) return 0;
  bool negative = false;
  unsigned long value = 0;
  do {
    if (c == '-') negative = true;
    else if (c >= '0' && c <= '9') value = value * 10 + static_cast<unsigned long>(c - '0');
    read();
    c = timedPeek();
  } while ((c >= '0' && c <= '9') || (c >= 0 && static_cast<char>(c) == ignore));
  return static_cast<long>(negative ? 0ul - value : value);
}

float Stream::parseFloat(LookaheadMode lookahead, char ignore) {
  int c = peekNextDigit(lookahead, true);
  if (c < 0) return 0;
  bool negative = false, fraction = false;
  double value = 0.0, scale = 1.0;
  do {
    if (c == '-') negative = true;
    else if (c == '.') fraction = true;
    else if (c >= '0' && c <= '9') {
      if (fraction) {
        scale *= 0.1;
        value += scale * (c - '0');
      } else {
        value = value * 10.0 + (c - '0');
      }
    }
    read();
    c = timedPeek();
  } while ((c >= '0' && c <= '9') || (c == '.' && !fraction) || (c >= 0 && static_cast<char>(c) == ignore));
  return static_cast<float>(negative ? -value : value);
}

size_t Stream::readBytes(char *buffer, size_t length) {
  size_t count = 0;
  while (count < length) {
    int c = timedRead();
    if (c < 0) break;
    buffer[count++] = static_cast<char>(c);
  }
  return count;
}
size_t Stream::readBytesUntil(char terminator, char *buffer, size_t length) {
  size_t index = 0;
  while (index < length) {
    int c = timedRead();
    if (c < 0 || static_cast<char>(c) == terminator) break;
    buffer[index++] = static_cast<char>(c);
  }
  return index;
}
String Stream::readString() {
  String out;
  for (int c = timedRead(); c >= 0; c = timedRead()) out += static_cast<char>(c);
  return out;
}
String Stream::readStringUntil(char terminator) {
  String out;
  for (int c = timedRead(); c >= 0 && static_cast<char>(c) != terminator; c = timedRead()) out += static_cast<char>(c);
  return out;
}
