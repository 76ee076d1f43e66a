// A TCP client (libraries/Network/src/NetworkClient.h). Copies share the connection; it closes with the last of them.
#pragma once
#include <memory>
#include "Arduino.h"
#include "Client.h"

class NetworkClient : public Client {
public:
  NetworkClient() {}
  int connect(IPAddress ip, uint16_t port) override { return connect(ip, port, _connect_timeout); }
  int connect(IPAddress ip, uint16_t port, int32_t timeout_ms);
  int connect(const char *host, uint16_t port) override { return connect(host, port, _connect_timeout); }
  int connect(const char *host, uint16_t port, int32_t timeout_ms);
  size_t write(uint8_t data) override { return write(&data, 1); }
  size_t write(const uint8_t *buf, size_t size) override;
  size_t write_P(PGM_P buf, size_t size) { return write(reinterpret_cast<const uint8_t *>(buf), size); }
  size_t write(Stream &stream);
  void flush() override { clear(); }
  int available() override;
  int read() override;
  int read(uint8_t *buf, size_t size) override; // bytes read, 0 when none wait, -1 when closed
  size_t readBytes(char *buffer, size_t length) override;
  size_t readBytes(uint8_t *buffer, size_t length) override { return readBytes(reinterpret_cast<char *>(buffer), length); }
  int peek() override;
  void clear(); // drops what has been received
  void stop() override;
  uint8_t connected() override;
  operator bool() override { return connected(); }
  bool operator==(const NetworkClient &other) const { return _socket == other._socket; }
  bool operator!=(const NetworkClient &other) const { return !(*this == other); }
  virtual int fd() const { return _socket ? *_socket : -1; }
  void setConnectionTimeout(uint32_t milliseconds) { _connect_timeout = static_cast<int32_t>(milliseconds); }
  int setNoDelay(bool nodelay) { return _no_delay = nodelay, 0; }
  bool getNoDelay() { return _no_delay; }
  IPAddress remoteIP() const { return _remote_ip; } // 0.0.0.0 when it connected by name
  uint16_t remotePort() const { return _remote_port; }
  using Print::write;
  // As read, but nothing that stands behind a line end. Not a vendor method.
  int halReadLine(char *buf, size_t size);
  // Waits until something can be read: 1; 0 = not in time; -1 = closed and nothing left. Not a vendor method.
  int halWait(unsigned long timeout_ms);

private:
  std::shared_ptr<int> _socket; // closes the descriptor when the last copy goes
  int32_t _connect_timeout = 3000;
  bool _no_delay = false;
  IPAddress _remote_ip;
  uint16_t _remote_port = 0;
};

typedef NetworkClient WiFiClient;
