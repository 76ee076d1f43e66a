// HTTPClient: status line, headers, body (Content-Length, chunked, until close). Whatever the server sends, reading ends:
// lines and header blocks are bounded, silence for the timeout is an error, and so is a connection lost in between.
#include "HTTPClient.h"
#include "StreamString.h"

namespace {
enum { LINE_MAX = 4096, HEADERS_MAX = 16384 };
// Results of readLine beside a length.
enum { LINE_TIMEOUT = -1, LINE_CLOSED = -2, LINE_TOO_LONG = -3 };

int line_error(int result) {
  switch (result) {
    case LINE_TIMEOUT: return HTTPC_ERROR_READ_TIMEOUT;
    case LINE_CLOSED: return HTTPC_ERROR_CONNECTION_LOST;
    default: return HTTPC_ERROR_TOO_LESS_RAM;
  }
}
} // namespace

// One line without its CRLF; answers its length. The wait restarts with every byte that comes, as in the vendor's.
int HTTPClient::readLine(String &line) {
  line = "";
  for (char piece[128];;) {
    int n = _client->halReadLine(piece, sizeof piece);
    if (n <= 0) {
      int ready = _client->halWait(_tcpTimeout);
      if (ready == 0) return LINE_TIMEOUT;
      if (ready < 0) return LINE_CLOSED;
      continue;
    }
    bool whole = piece[n - 1] == '\n';
    if (line.length() + static_cast<unsigned>(n) - whole > LINE_MAX) return LINE_TOO_LONG;
    line.concat(piece, static_cast<unsigned>(n) - whole);
    if (whole) break;
  }
  line.trim();
  return static_cast<int>(line.length());
}

void HTTPClient::collectHeaders(const char *headerKeys[], const size_t headerKeysCount) {
  _collectAllHeaders = false;
  _currentHeaders.clear();
  for (size_t i = 0; i < headerKeysCount; i++) _currentHeaders.push_back({String(headerKeys[i]), String()});
}
void HTTPClient::collectAllHeaders(bool collectAll) {
  _collectAllHeaders = collectAll;
  _currentHeaders.clear();
}
void HTTPClient::keepHeader(const String &name, const String &value) {
  for (auto &header : _currentHeaders) {
    if (!header.key.equalsIgnoreCase(name)) continue;
    if (header.value.isEmpty()) header.value = value;
    else header.value += String(",") + value; // repeated headers join
    return;
  }
  if (_collectAllHeaders) _currentHeaders.push_back({name, value});
}
String HTTPClient::header(const char *name) {
  for (auto &header : _currentHeaders)
    if (header.key.equalsIgnoreCase(name)) return header.value;
  return String();
}
String HTTPClient::header(size_t i) { return i < _currentHeaders.size() ? _currentHeaders[i].value : String(); }
String HTTPClient::headerName(size_t i) { return i < _currentHeaders.size() ? _currentHeaders[i].key : String(); }
bool HTTPClient::hasHeader(const char *name) {
  for (auto &header : _currentHeaders)
    if (header.key.equalsIgnoreCase(name) && header.value.length()) return true;
  return false;
}

// "HTTP/1.x CODE …" sets the code; "Name: value" is kept where asked for. false = not HTTP.
bool HTTPClient::handleHeaderLine(const String &line, String &transferEncoding) {
  if (line.startsWith("HTTP/1.")) {
    if (_returnCode == 0) {
      if (line.length() > 7 && line[7] == '0') _canReuse = false;
      int space = line.indexOf(' ');
      long code = space < 0 ? 0 : line.substring(space + 1).toInt();
      _returnCode = code >= 100 && code <= 999 ? static_cast<int>(code) : 0;
    }
    return _returnCode != 0;
  }
  int colon = line.indexOf(':');
  if (_returnCode == 0 || colon < 0) return _returnCode != 0;
  String name = line.substring(0, colon), value = line.substring(colon + 1);
  value.trim();
  if (name.equalsIgnoreCase("Content-Length")) {
    long size = value.toInt();
    _size = size >= 0 && value.length() && isDigit(value[0]) ? static_cast<int>(size) : -1;
  } else if (name.equalsIgnoreCase("Connection")) {
    value.toLowerCase();
    if (value.indexOf("close") >= 0 && value.indexOf("keep-alive") < 0) _canReuse = false;
  } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
    transferEncoding = value;
  } else if (name.equalsIgnoreCase("Location")) {
    _location = value;
  }
  keepHeader(name, value);
  return true;
}

int HTTPClient::handleHeaderResponse() {
  if (!connected()) return HTTPC_ERROR_NOT_CONNECTED;
  if (_collectAllHeaders) _currentHeaders.clear();
  for (auto &header : _currentHeaders) header.value = "";
  _returnCode = 0;
  _size = -1;
  _canReuse = _reuse;
  _location = "";
  _transferEncoding = HTTPC_TE_IDENTITY;
  String line, transferEncoding;
  for (size_t total = 0; total <= HEADERS_MAX;) {
    int length = readLine(line);
    if (length == LINE_TOO_LONG && _returnCode == 0) return HTTPC_ERROR_NO_HTTP_SERVER;
    if (length < 0) return line_error(length);
    total += static_cast<size_t>(length) + 2;
    if (length > 0) {
      if (!handleHeaderLine(line, transferEncoding)) return HTTPC_ERROR_NO_HTTP_SERVER;
      continue;
    }
    if (_returnCode == 0) continue; // empty lines before the status line
    if (_returnCode == HTTP_CODE_CONTINUE || _returnCode == HTTP_CODE_PROCESSING) {
      _returnCode = 0; // an interim response: the real one follows
      continue;
    }
    if (transferEncoding.length()) {
      if (!transferEncoding.equalsIgnoreCase("chunked")) return HTTPC_ERROR_ENCODING;
      _transferEncoding = HTTPC_TE_CHUNKED;
      _size = -1;
    }
    return _returnCode;
  }
  return HTTPC_ERROR_TOO_LESS_RAM;
}

NetworkClient *HTTPClient::getStreamPtr(void) { return connected() ? _client : nullptr; }
NetworkClient &HTTPClient::getStream(void) {
  static NetworkClient none;
  if (connected()) return *_client;
  log_w("getStream: not connected");
  return none;
}

// Copies len bytes (-1: until the peer closes) from the connection; answers the bytes, or an error.
int HTTPClient::writeToStreamDataBlock(Stream *stream, int len) {
  uint8_t buffer[HTTP_TCP_BUFFER_SIZE];
  int written = 0;
  while (len < 0 || written < len) {
    size_t want = len < 0 || static_cast<size_t>(len - written) > sizeof buffer ? sizeof buffer : static_cast<size_t>(len - written);
    int n = _client->read(buffer, want);
    if (n <= 0) {
      int ready = _client->halWait(_tcpTimeout);
      if (ready > 0) continue;
      if (ready < 0 && len < 0) break; // the body ends with the connection
      return ready < 0 ? HTTPC_ERROR_CONNECTION_LOST : HTTPC_ERROR_READ_TIMEOUT;
    }
    if (stream->write(buffer, static_cast<size_t>(n)) != static_cast<size_t>(n)) return HTTPC_ERROR_STREAM_WRITE;
    written += n;
  }
  return written;
}

// Chunk sizes are hex digits, perhaps with extensions behind; trailers end with an empty line.
int HTTPClient::writeChunks(Stream *stream) {
  String line;
  int total = 0;
  for (;;) {
    int length = readLine(line);
    if (length < 0) return line_error(length);
    char *end;
    unsigned long size = strtoul(line.c_str(), &end, 16);
    if (length == 0 || end == line.c_str() || size > 0x7fffffff) return HTTPC_ERROR_ENCODING;
    if (size == 0) break;
    int written = writeToStreamDataBlock(stream, static_cast<int>(size));
    if (written < 0) return written;
    total += written;
    length = readLine(line); // the line end behind the chunk
    if (length < 0) return line_error(length);
    if (length > 0) return HTTPC_ERROR_ENCODING;
  }
  for (int trailers = 0; trailers < 64; trailers++) {
    int length = readLine(line);
    if (length == 0) return total;
    if (length < 0) return line_error(length);
  }
  return HTTPC_ERROR_ENCODING;
}

static bool has_no_body(int code) { return code == 204 || code == 304; }

int HTTPClient::writeToStream(Stream *stream) {
  if (!stream) return returnError(HTTPC_ERROR_NO_STREAM);
  if (has_no_body(_returnCode) || _size == 0) {
    disconnect();
    return 0;
  }
  if (!connected()) return returnError(HTTPC_ERROR_NOT_CONNECTED);
  if (_transferEncoding == HTTPC_TE_IDENTITY && _size < 0) _canReuse = false;
  int result = _transferEncoding == HTTPC_TE_CHUNKED ? writeChunks(stream) : writeToStreamDataBlock(stream, _size);
  if (result < 0) return returnError(result);
  disconnect();
  return result;
}

String HTTPClient::getString(void) {
  StreamString body;
  if (_size > 0 && !body.reserve(static_cast<unsigned int>(_size) + 1)) {
    log_e("not enough memory to reserve a string! need: %d", _size + 1);
    return String();
  }
  writeToStream(&body);
  return std::move(static_cast<String &>(body));
}
