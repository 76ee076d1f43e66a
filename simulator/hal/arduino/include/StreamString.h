// A String that is a Stream (cores/esp32/StreamString.h): written at its end, read from its front.
#pragma once
#include "Stream.h"
#include "WString.h"

class StreamString : public Stream, public String {
public:
  size_t write(const uint8_t *data, size_t size) override {
    return size && data && concat(reinterpret_cast<const char *>(data), size) ? size : 0;
  }
  size_t write(uint8_t data) override { return concat(static_cast<char>(data)); }
  int available() override { return static_cast<int>(length()); }
  int read() override {
    int c = peek();
    if (c >= 0) remove(0, 1);
    return c;
  }
  int peek() override { return length() ? static_cast<unsigned char>(charAt(0)) : -1; }
  void flush() override {}
};
