#include "Arduino.h"

IPAddress INADDR_NONE(0, 0, 0, 0);

IPAddress::IPAddress(uint8_t first, uint8_t second, uint8_t third, uint8_t fourth) {
  _address.bytes[0] = first;
  _address.bytes[1] = second;
  _address.bytes[2] = third;
  _address.bytes[3] = fourth;
}

bool IPAddress::fromString(const char *text) {
  _address.dword = 0;
  uint8_t octets[4];
  for (int i = 0; i < 4; i++) {
    unsigned value = 0, digits = 0;
    while (text && *text >= '0' && *text <= '9' && digits < 4) {
      value = value * 10 + static_cast<unsigned>(*text++ - '0');
      digits++;
    }
    if (digits == 0 || digits > 3 || value > 255) return false;
    octets[i] = static_cast<uint8_t>(value);
    if (i < 3 && *text++ != '.') return false;
  }
  if (*text != 0) return false;
  memcpy(_address.bytes, octets, 4);
  return true;
}

size_t IPAddress::printTo(Print &p) const { return p.print(toString()); }
String IPAddress::toString(bool) const {
  char text[16];
  snprintf(text, sizeof text, "%u.%u.%u.%u", _address.bytes[0], _address.bytes[1], _address.bytes[2], _address.bytes[3]);
  return String(text);
}
