#include "base64.h"

String base64::encode(const uint8_t *data, size_t length) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  String out;
  out.reserve((length + 2) / 3 * 4);
  for (size_t i = 0; i < length; i += 3) {
    uint32_t group = static_cast<uint32_t>(data[i]) << 16;
    if (i + 1 < length) group |= static_cast<uint32_t>(data[i + 1]) << 8;
    if (i + 2 < length) group |= data[i + 2];
    out += alphabet[group >> 18];
    out += alphabet[group >> 12 & 63];
    out += i + 1 < length ? alphabet[group >> 6 & 63] : '=';
    out += i + 2 < length ? alphabet[group & 63] : '=';
  }
  return out;
}
