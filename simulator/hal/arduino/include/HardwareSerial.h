// UARTs (cores/esp32/HardwareSerial.h). The virtual board's UART0 is the console.
#pragma once
#include <inttypes.h>
#include "Stream.h"

#define SERIAL_5N1 0x8000010
#define SERIAL_6N1 0x8000014
#define SERIAL_7N1 0x8000018
#define SERIAL_8N1 0x800001c
#define SERIAL_8N2 0x800003c
#define SERIAL_8E1 0x800001e
#define SERIAL_8O1 0x800001f

class HardwareSerial : public Stream {
public:
  HardwareSerial(uint8_t uart_nr) : _uart_nr(uart_nr) {}
  ~HardwareSerial() {}

  void begin(unsigned long baud, uint32_t config = SERIAL_8N1, int8_t rxPin = -1, int8_t txPin = -1,
             bool invert = false, unsigned long timeout_ms = 20000UL, uint8_t rxfifo_full_thrhd = 120);
  void end(void) {}
  void updateBaudRate(unsigned long baud) { begin(baud); }
  int available(void) override;
  int availableForWrite(void) override { return 128; }
  int peek(void) override;
  int read(void) override;
  size_t read(uint8_t *buffer, size_t size);
  size_t read(char *buffer, size_t size) { return read(reinterpret_cast<uint8_t *>(buffer), size); }
  size_t readBytes(uint8_t *buffer, size_t length) override { return Stream::readBytes(buffer, length); }
  size_t readBytes(char *buffer, size_t length) override { return Stream::readBytes(buffer, length); }
  void flush(void) override {}
  void flush(bool txOnly) { (void)txOnly; }
  size_t write(uint8_t c) override;
  size_t write(const uint8_t *buffer, size_t size) override;
  size_t write(const char *buffer, size_t size) { return write(reinterpret_cast<const uint8_t *>(buffer), size); }
  size_t write(const char *s) { return s ? write(reinterpret_cast<const uint8_t *>(s), strlen(s)) : 0; }
  size_t write(unsigned long n) { return write(static_cast<uint8_t>(n)); }
  size_t write(long n) { return write(static_cast<uint8_t>(n)); }
  size_t write(unsigned int n) { return write(static_cast<uint8_t>(n)); }
  size_t write(int n) { return write(static_cast<uint8_t>(n)); }
  uint32_t baudRate() { return _baud; }
  operator bool() const { return true; }
  void setDebugOutput(bool enable) { (void)enable; }
  void setRxInvert(bool invert) { (void)invert; }
  bool setPins(int8_t rx, int8_t tx, int8_t cts = -1, int8_t rts = -1) { return (void)rx, (void)tx, (void)cts, (void)rts, true; }
  size_t setRxBufferSize(size_t new_size) { return new_size; }
  size_t setTxBufferSize(size_t new_size) { return new_size; }

private:
  uint8_t _uart_nr;
  uint32_t _baud = 0;
};

extern HardwareSerial Serial;
extern HardwareSerial Serial0;
extern HardwareSerial Serial1;
extern HardwareSerial Serial2;
