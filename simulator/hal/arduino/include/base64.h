// base64::encode (cores/esp32/base64.h): standard alphabet, padded.
#pragma once
#include "WString.h"
class base64 {
public:
  static String encode(const uint8_t *data, size_t length);
  static String encode(const String &text) { return encode(reinterpret_cast<const uint8_t *>(text.c_str()), text.length()); }
};
