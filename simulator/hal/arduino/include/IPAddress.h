// IPv4 addresses (cores/esp32/IPAddress.h). IPv6 is not there: the virtual network has none.
#pragma once
#include <stdint.h>
#include "Printable.h"
#include "WString.h"

enum IPType { IPv4, IPv6 };

class IPAddress : public Printable {
  union {
    uint8_t bytes[4];
    uint32_t dword; // network order in memory: the first octet is the lowest byte
  } _address;

public:
  IPAddress() { _address.dword = 0; }
  IPAddress(uint8_t first, uint8_t second, uint8_t third, uint8_t fourth);
  IPAddress(uint32_t address) { _address.dword = address; }
  IPAddress(int address) { _address.dword = static_cast<uint32_t>(address); }
  IPAddress(const uint8_t *address) { *this = address; }
  IPAddress(const char *address) : IPAddress() { fromString(address); }
  IPAddress(const IPAddress &from) : Printable(from) { _address.dword = from._address.dword; }

  // Strict dotted decimal; false leaves the address unset (0.0.0.0).
  bool fromString(const char *address);
  bool fromString(const String &address) { return fromString(address.c_str()); }

  operator uint32_t() const { return _address.dword; }
  bool operator==(const IPAddress &addr) const { return _address.dword == addr._address.dword; }
  bool operator!=(const IPAddress &addr) const { return !(*this == addr); }
  bool operator==(const uint8_t *addr) const { return memcmp(addr, _address.bytes, 4) == 0; }
  uint8_t operator[](int index) const { return _address.bytes[index & 3]; }
  uint8_t &operator[](int index) { return _address.bytes[index & 3]; }
  IPAddress &operator=(const uint8_t *address) { return memcpy(_address.bytes, address, 4), *this; }
  IPAddress &operator=(uint32_t address) { return _address.dword = address, *this; }
  IPAddress &operator=(const char *address) { return fromString(address), *this; }
  IPAddress &operator=(const IPAddress &from) { return _address.dword = from._address.dword, *this; }
  IPType type() const { return IPv4; }
  size_t printTo(Print &p) const override;
  String toString(bool includeZone = false) const;
};

extern IPAddress INADDR_NONE;
