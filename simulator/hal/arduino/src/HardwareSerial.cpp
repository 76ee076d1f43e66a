#include "Arduino.h"
#include "host.h"

HardwareSerial Serial(0);
HardwareSerial Serial0(0);
HardwareSerial Serial1(1);
HardwareSerial Serial2(2);

void HardwareSerial::begin(unsigned long baud, uint32_t, int8_t, int8_t, bool, unsigned long, uint8_t) {
  _baud = baud;
  host_uart_begin(_uart_nr, baud);
}
int HardwareSerial::available(void) { return static_cast<int>(host_uart_available(_uart_nr)); }
int HardwareSerial::peek(void) { return host_uart_peek(_uart_nr); }
int HardwareSerial::read(void) {
  uint8_t c;
  return host_uart_read(_uart_nr, &c, 1) == 1 ? c : -1;
}
size_t HardwareSerial::read(uint8_t *buffer, size_t size) {
  int n = host_uart_read(_uart_nr, buffer, size);
  return n > 0 ? static_cast<size_t>(n) : 0;
}
size_t HardwareSerial::write(uint8_t c) {
  host_uart_write(_uart_nr, &c, 1);
  return 1;
}
size_t HardwareSerial::write(const uint8_t *buffer, size_t size) {
  if (size) host_uart_write(_uart_nr, buffer, size);
  return size;
}
