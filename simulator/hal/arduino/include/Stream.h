// Stream: the base of everything text is read from (cores/esp32/Stream.h).
#pragma once
#include <inttypes.h>
#include "Print.h"

enum LookaheadMode { SKIP_ALL, SKIP_NONE, SKIP_WHITESPACE };
#define NO_IGNORE_CHAR '\x01'

class Stream : public Print {
protected:
  unsigned long _timeout = 1000; // ms to wait for the next byte
  unsigned long _startMillis = 0;
  int timedRead();
  int timedPeek();
  int peekNextDigit(LookaheadMode lookahead, bool detectDecimal);

public:
  virtual int available() = 0;
  virtual int read() = 0;
  virtual int peek() = 0;
  virtual ~Stream() {}

  void setTimeout(unsigned long timeout) { _timeout = timeout; }
  unsigned long getTimeout(void) { return _timeout; }

  // Reads until the target has been read; false when no byte came for the timeout.
  bool find(const char *target) { return findUntil(target, NULL); }
  bool find(const uint8_t *target) { return find(reinterpret_cast<const char *>(target)); }
  bool find(const char *target, size_t length) { return findUntil(target, length, NULL, 0); }
  bool find(const uint8_t *target, size_t length) { return find(reinterpret_cast<const char *>(target), length); }
  bool find(char target) { return find(&target, 1); }
  bool findUntil(const char *target, const char *terminator);
  bool findUntil(const char *target, size_t targetLen, const char *terminate, size_t termLen);

  long parseInt(LookaheadMode lookahead = SKIP_ALL, char ignore = NO_IGNORE_CHAR);
  float parseFloat(LookaheadMode lookahead = SKIP_ALL, char ignore = NO_IGNORE_CHAR);

  virtual size_t readBytes(char *buffer, size_t length);
  virtual size_t readBytes(uint8_t *buffer, size_t length) {
    return readBytes(reinterpret_cast<char *>(buffer), length);
  }
  size_t readBytesUntil(char terminator, char *buffer, size_t length);
  size_t readBytesUntil(char terminator, uint8_t *buffer, size_t length) {
    return readBytesUntil(terminator, reinterpret_cast<char *>(buffer), length);
  }
  virtual String readString();
  String readStringUntil(char terminator);

protected:
  long parseInt(char ignore) { return parseInt(SKIP_ALL, ignore); }
  float parseFloat(char ignore) { return parseFloat(SKIP_ALL, ignore); }
};
#undef NO_IGNORE_CHAR
