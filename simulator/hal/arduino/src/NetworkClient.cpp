#include "NetworkClient.h"
#include "host.h"

namespace {
enum { WRITE_RETRIES = 10, WRITE_WAIT_MS = 1000 }; // the vendor's limits for a peer that takes nothing
} // namespace

int NetworkClient::connect(IPAddress ip, uint16_t port, int32_t timeout_ms) {
  int connected = connect(ip.toString().c_str(), port, timeout_ms);
  _remote_ip = ip;
  return connected;
}

int NetworkClient::connect(const char *host, uint16_t port, int32_t timeout_ms) {
  stop();
  if (timeout_ms < 0) timeout_ms = 3000;
  int fd = host_tcp_connect(host, strlen(host), port, timeout_ms * 1000.0);
  if (fd <= 0) {
    log_e("connect to %s:%u failed: %d", host, port, fd);
    return 0;
  }
  _socket = std::shared_ptr<int>(new int(fd), [](int *p) {
    host_tcp_close(*p);
    delete p;
  });
  _remote_ip = IPAddress();
  _remote_port = port;
  return 1;
}

size_t NetworkClient::write(const uint8_t *buf, size_t size) {
  size_t sent = 0;
  for (int idle = 0; _socket && sent < size && idle < WRITE_RETRIES * WRITE_WAIT_MS / 10;) {
    int32_t n = host_tcp_write(fd(), buf + sent, size - sent);
    if (n < 0) {
      log_e("fail on fd %d: the connection is closed", fd());
      stop();
      break;
    }
    sent += static_cast<size_t>(n);
    if (n > 0) idle = 0;
    else {
      idle++;
      delay(10);
    }
  }
  return sent;
}

size_t NetworkClient::write(Stream &stream) {
  uint8_t buf[512];
  size_t total = 0;
  while (int waiting = stream.available()) {
    size_t want = static_cast<size_t>(waiting) < sizeof buf ? static_cast<size_t>(waiting) : sizeof buf;
    size_t n = stream.readBytes(buf, want);
    if (n == 0 || write(buf, n) != n) break;
    total += n;
  }
  return total;
}

int NetworkClient::available() { return _socket ? static_cast<int>(host_tcp_available(fd())) : 0; }
int NetworkClient::read() {
  uint8_t c;
  return read(&c, 1) == 1 ? c : -1;
}
int NetworkClient::read(uint8_t *buf, size_t size) { return _socket ? host_tcp_read(fd(), buf, size) : -1; }
int NetworkClient::halReadLine(char *buf, size_t size) { return _socket ? host_tcp_read_line(fd(), buf, size) : -1; }
int NetworkClient::peek() { return _socket ? host_tcp_peek(fd()) : -1; }

int NetworkClient::halWait(unsigned long timeout_ms) {
  return _socket ? host_tcp_wait(fd(), timeout_ms * 1000.0) : -1;
}

// As the vendor's: waits for the first bytes up to the timeout, again for each gap; ends early when the peer closes.
size_t NetworkClient::readBytes(char *buffer, size_t length) {
  size_t got = 0;
  while (got < length) {
    int n = read(reinterpret_cast<uint8_t *>(buffer) + got, length - got);
    if (n > 0) {
      got += static_cast<size_t>(n);
      continue;
    }
    if (n < 0 || halWait(_timeout) <= 0) break;
  }
  return got;
}

void NetworkClient::clear() {
  uint8_t buf[128];
  while (available() > 0 && read(buf, sizeof buf) > 0) {
  }
}
void NetworkClient::stop() { _socket.reset(); }
uint8_t NetworkClient::connected() { return _socket && host_tcp_connected(fd()); }
