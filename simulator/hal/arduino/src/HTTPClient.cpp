// HTTPClient: requests, connection, redirects. The response is read in HTTPClient_response.cpp.
#include "HTTPClient.h"
#include "base64.h"

HTTPClient::~HTTPClient() {
  if (_client) _client->stop();
}

void HTTPClient::clear() {
  _returnCode = 0;
  _size = -1;
  _headers = "";
  _location = "";
}

bool HTTPClient::begin(NetworkClient &client, String url) {
  _ownClient.reset();
  _client = &client;
  return beginInternal(url);
}
bool HTTPClient::begin(NetworkClient &client, String host, uint16_t port, String uri, bool https) {
  _ownClient.reset();
  _client = &client;
  clear();
  _host = host;
  _port = port;
  _uri = uri;
  if (https) log_e("https is not available here");
  return !https;
}
bool HTTPClient::begin(String url) {
  if (!_ownClient) {
    end();
    _ownClient = std::make_unique<NetworkClient>();
    _client = _ownClient.get();
  }
  return beginInternal(url);
}
bool HTTPClient::begin(String host, uint16_t port, String uri) {
  return begin(String("http://") + host + ":" + port + uri);
}

// Takes http://[user:password@]host[:port][/path][?query]. Another host or port drops the open connection.
bool HTTPClient::beginInternal(String url) {
  clear();
  int scheme = url.indexOf("://");
  if (scheme < 0 || url.substring(0, scheme) != "http") {
    log_e("unexpected protocol in %s, expected http", url.c_str());
    return false;
  }
  url.remove(0, scheme + 3);
  int path = url.indexOf('/');
  int query = url.indexOf('?');
  if (path < 0 || (query >= 0 && query < path)) path = query;
  String authority = path < 0 ? url : url.substring(0, path);
  String uri = path < 0 ? String("/") : url.substring(path);
  if (uri.startsWith("?")) uri = String("/") + uri;
  int fragment = uri.indexOf('#');
  if (fragment >= 0) uri.remove(fragment);

  int at = authority.indexOf('@');
  if (at >= 0) {
    _base64Authorization = base64::encode(authority.substring(0, at));
    authority.remove(0, at + 1);
  }
  int colon = authority.indexOf(':');
  String host = colon < 0 ? authority : authority.substring(0, colon);
  long port = colon < 0 ? 80 : authority.substring(colon + 1).toInt();
  if (host.isEmpty() || port < 1 || port > 65535) {
    log_e("no host or bad port in %s", authority.c_str());
    return false;
  }
  if (_client && _client->connected() && (host != _host || port != _port)) {
    _canReuse = false;
    disconnect();
  }
  _host = host;
  _port = static_cast<uint16_t>(port);
  _uri = uri;
  return true;
}

bool HTTPClient::setURL(const String &url) {
  if (!url.startsWith("/")) return beginInternal(url);
  clear();
  _uri = url;
  return true;
}

void HTTPClient::end(void) {
  disconnect();
  clear();
}

// Keeps the connection for the next request when both sides want that; unread rest of the body is dropped first.
void HTTPClient::disconnect() {
  if (!_client || !_client->connected()) return;
  if (_client->available() > 0) _client->clear();
  if (_reuse && _canReuse) return;
  _client->stop();
}

bool HTTPClient::connected(void) { return _client && (_client->available() > 0 || _client->connected()); }

void HTTPClient::setAuthorization(const char *user, const char *password) {
  if (!user || !password) return;
  _base64Authorization = base64::encode(String(user) + ":" + password);
}
void HTTPClient::setAuthorization(const char *auth) {
  if (auth) _base64Authorization = auth;
}
void HTTPClient::setTimeout(uint16_t timeout) {
  _tcpTimeout = timeout;
  if (connected()) _client->setTimeout(timeout);
}
void HTTPClient::useHTTP10(bool usehttp10) {
  _useHTTP10 = usehttp10;
  _reuse = !usehttp10;
}

void HTTPClient::addHeader(const String &name, const String &value, bool first, bool replace) {
  // These are written by sendHeader itself.
  if (name.equalsIgnoreCase("Connection") || name.equalsIgnoreCase("User-Agent") || name.equalsIgnoreCase("Accept-Encoding") ||
      name.equalsIgnoreCase("Host"))
    return;
  if (name.equalsIgnoreCase("Authorization") && _base64Authorization.length()) return;
  String line = name + ": ";
  if (replace) {
    int start = _headers.indexOf(line);
    if (start == 0 || (start > 0 && _headers[start - 1] == '\n')) {
      int stop = _headers.indexOf('\n', start);
      _headers.remove(start, stop - start + 1);
    }
  }
  line += value + "\r\n";
  _headers = first ? line + _headers : _headers + line;
}

bool HTTPClient::connect(void) {
  if (connected()) {
    _client->clear(); // what an earlier response left
    return true;
  }
  if (!_client) return false;
  if (!_client->connect(_host.c_str(), _port, _connectTimeout >= 0 ? _connectTimeout : _tcpTimeout)) return false;
  _client->setTimeout(_tcpTimeout);
  return connected();
}

bool HTTPClient::sendHeader(const char *type) {
  if (!connected()) return false;
  String header = String(type) + " " + _uri + (_useHTTP10 ? " HTTP/1.0" : " HTTP/1.1");
  header += String("\r\nHost: ") + _host;
  if (_port != 80) header += String(":") + _port;
  header += String("\r\nUser-Agent: ") + _userAgent + "\r\nConnection: " + (_reuse ? "keep-alive" : "close") + "\r\n";
  if (!_useHTTP10) header += "Accept-Encoding: identity;q=1,chunked;q=0.1,*;q=0\r\n";
  if (_base64Authorization.length()) header += String("Authorization: ") + _authorizationType + " " + _base64Authorization + "\r\n";
  header += _headers + "\r\n";
  return _client->write(reinterpret_cast<const uint8_t *>(header.c_str()), header.length()) == header.length();
}

int HTTPClient::sendRequest(const char *type, String payload) {
  return sendRequest(type, reinterpret_cast<uint8_t *>(const_cast<char *>(payload.c_str())), payload.length());
}

static bool is_redirect(int code) { return code == 301 || code == 302 || code == 303 || code == 307 || code == 308; }

bool HTTPClient::followsRedirect(int code, const char *type) {
  if (_followRedirects == HTTPC_DISABLE_FOLLOW_REDIRECTS || !is_redirect(code) || _location.isEmpty()) return false;
  bool safe = strcmp(type, "GET") == 0 || strcmp(type, "HEAD") == 0;
  return safe || code == 303 || _followRedirects == HTTPC_FORCE_FOLLOW_REDIRECTS;
}

int HTTPClient::sendRequest(const char *type, uint8_t *payload, size_t size) {
  for (uint16_t redirects = 0;; redirects++) {
    int code = sendOnce(type, payload, NULL, size);
    if (redirects >= _redirectLimit || !followsRedirect(code, type)) return code;
    String headers = _headers, location = _location;
    disconnect();
    if (!setURL(location)) return code;
    _headers = headers; // the request's own headers go to the new place, too
    if (code == 303) {
      type = "GET";
      payload = NULL;
      size = 0;
    }
  }
}

int HTTPClient::sendRequest(const char *type, Stream *stream, size_t size) {
  return stream ? sendOnce(type, NULL, stream, size) : returnError(HTTPC_ERROR_NO_STREAM);
}

int HTTPClient::sendOnce(const char *type, uint8_t *payload, Stream *stream, size_t size) {
  bool reused = connected();
  for (int attempt = 0;; attempt++) {
    if (!connect()) return returnError(HTTPC_ERROR_CONNECTION_REFUSED);
    if (size > 0 || strcmp(type, "POST") == 0 || strcmp(type, "PUT") == 0 || strcmp(type, "PATCH") == 0)
      addHeader("Content-Length", String(size));
    if (!sendHeader(type)) {
      // A kept connection that the server closed meanwhile: once more on a new one. Nothing was answered yet.
      if (reused && attempt == 0) {
        _client->stop();
        continue;
      }
      return returnError(HTTPC_ERROR_SEND_HEADER_FAILED);
    }
    if (stream) {
      int error = sendStream(stream, size);
      if (error) return returnError(error);
    } else if (payload && size && _client->write(payload, size) != size) {
      return returnError(HTTPC_ERROR_SEND_PAYLOAD_FAILED);
    }
    return returnError(handleHeaderResponse());
  }
}

int HTTPClient::sendStream(Stream *stream, size_t size) {
  uint8_t buffer[HTTP_TCP_BUFFER_SIZE];
  for (size_t left = size; left > 0;) {
    size_t n = stream->readBytes(buffer, left < sizeof buffer ? left : sizeof buffer);
    if (n == 0) return HTTPC_ERROR_SEND_PAYLOAD_FAILED;
    if (_client->write(buffer, n) != n) return HTTPC_ERROR_SEND_PAYLOAD_FAILED;
    left -= n;
  }
  return 0;
}

int HTTPClient::returnError(int error) {
  if (error < 0) {
    log_w("error(%d): %s", error, errorToString(error).c_str());
    if (_client) _client->stop();
  }
  return error;
}

String HTTPClient::errorToString(int error) {
  switch (error) {
    case HTTPC_ERROR_CONNECTION_REFUSED: return F("connection refused");
    case HTTPC_ERROR_SEND_HEADER_FAILED: return F("send header failed");
    case HTTPC_ERROR_SEND_PAYLOAD_FAILED: return F("send payload failed");
    case HTTPC_ERROR_NOT_CONNECTED: return F("not connected");
    case HTTPC_ERROR_CONNECTION_LOST: return F("connection lost");
    case HTTPC_ERROR_NO_STREAM: return F("no stream");
    case HTTPC_ERROR_NO_HTTP_SERVER: return F("no HTTP server");
    case HTTPC_ERROR_TOO_LESS_RAM: return F("too less ram");
    case HTTPC_ERROR_ENCODING: return F("Transfer-Encoding not supported");
    case HTTPC_ERROR_STREAM_WRITE: return F("Stream write error");
    case HTTPC_ERROR_READ_TIMEOUT: return F("read Timeout");
    default: return String();
  }
}
