// HTTPClient (libraries/HTTPClient/src/HTTPClient.h): HTTP/1.1 over NetworkClient. https is not there: the virtual network
// has no TLS, and begin() refuses such a URL.
#pragma once
#include <Arduino.h>
#include <NetworkClient.h>
#include <memory>
#include <vector>

#define HTTPCLIENT_DEFAULT_TCP_TIMEOUT (5000)

#define HTTPC_ERROR_CONNECTION_REFUSED (-1)
#define HTTPC_ERROR_SEND_HEADER_FAILED (-2)
#define HTTPC_ERROR_SEND_PAYLOAD_FAILED (-3)
#define HTTPC_ERROR_NOT_CONNECTED (-4)
#define HTTPC_ERROR_CONNECTION_LOST (-5)
#define HTTPC_ERROR_NO_STREAM (-6)
#define HTTPC_ERROR_NO_HTTP_SERVER (-7)
#define HTTPC_ERROR_TOO_LESS_RAM (-8)
#define HTTPC_ERROR_ENCODING (-9)
#define HTTPC_ERROR_STREAM_WRITE (-10)
#define HTTPC_ERROR_READ_TIMEOUT (-11)
#define HTTP_TCP_BUFFER_SIZE (1460)
#define HTTP_TCP_RX_BUFFER_SIZE (4096)
#define HTTP_TCP_TX_BUFFER_SIZE (1460)

typedef enum {
  HTTP_CODE_CONTINUE = 100,
  HTTP_CODE_SWITCHING_PROTOCOLS = 101,
  HTTP_CODE_PROCESSING = 102,
  HTTP_CODE_OK = 200,
  HTTP_CODE_CREATED = 201,
  HTTP_CODE_ACCEPTED = 202,
  HTTP_CODE_NON_AUTHORITATIVE_INFORMATION = 203,
  HTTP_CODE_NO_CONTENT = 204,
  HTTP_CODE_RESET_CONTENT = 205,
  HTTP_CODE_PARTIAL_CONTENT = 206,
  HTTP_CODE_MULTI_STATUS = 207,
  HTTP_CODE_ALREADY_REPORTED = 208,
  HTTP_CODE_IM_USED = 226,
  HTTP_CODE_MULTIPLE_CHOICES = 300,
  HTTP_CODE_MOVED_PERMANENTLY = 301,
  HTTP_CODE_FOUND = 302,
  HTTP_CODE_SEE_OTHER = 303,
  HTTP_CODE_NOT_MODIFIED = 304,
  HTTP_CODE_USE_PROXY = 305,
  HTTP_CODE_TEMPORARY_REDIRECT = 307,
  HTTP_CODE_PERMANENT_REDIRECT = 308,
  HTTP_CODE_BAD_REQUEST = 400,
  HTTP_CODE_UNAUTHORIZED = 401,
  HTTP_CODE_PAYMENT_REQUIRED = 402,
  HTTP_CODE_FORBIDDEN = 403,
  HTTP_CODE_NOT_FOUND = 404,
  HTTP_CODE_METHOD_NOT_ALLOWED = 405,
  HTTP_CODE_NOT_ACCEPTABLE = 406,
  HTTP_CODE_PROXY_AUTHENTICATION_REQUIRED = 407,
  HTTP_CODE_REQUEST_TIMEOUT = 408,
  HTTP_CODE_CONFLICT = 409,
  HTTP_CODE_GONE = 410,
  HTTP_CODE_LENGTH_REQUIRED = 411,
  HTTP_CODE_PRECONDITION_FAILED = 412,
  HTTP_CODE_PAYLOAD_TOO_LARGE = 413,
  HTTP_CODE_URI_TOO_LONG = 414,
  HTTP_CODE_UNSUPPORTED_MEDIA_TYPE = 415,
  HTTP_CODE_RANGE_NOT_SATISFIABLE = 416,
  HTTP_CODE_EXPECTATION_FAILED = 417,
  HTTP_CODE_MISDIRECTED_REQUEST = 421,
  HTTP_CODE_UNPROCESSABLE_ENTITY = 422,
  HTTP_CODE_LOCKED = 423,
  HTTP_CODE_FAILED_DEPENDENCY = 424,
  HTTP_CODE_UPGRADE_REQUIRED = 426,
  HTTP_CODE_PRECONDITION_REQUIRED = 428,
  HTTP_CODE_TOO_MANY_REQUESTS = 429,
  HTTP_CODE_REQUEST_HEADER_FIELDS_TOO_LARGE = 431,
  HTTP_CODE_INTERNAL_SERVER_ERROR = 500,
  HTTP_CODE_NOT_IMPLEMENTED = 501,
  HTTP_CODE_BAD_GATEWAY = 502,
  HTTP_CODE_SERVICE_UNAVAILABLE = 503,
  HTTP_CODE_GATEWAY_TIMEOUT = 504,
  HTTP_CODE_HTTP_VERSION_NOT_SUPPORTED = 505,
  HTTP_CODE_VARIANT_ALSO_NEGOTIATES = 506,
  HTTP_CODE_INSUFFICIENT_STORAGE = 507,
  HTTP_CODE_LOOP_DETECTED = 508,
  HTTP_CODE_NOT_EXTENDED = 510,
  HTTP_CODE_NETWORK_AUTHENTICATION_REQUIRED = 511
} t_http_codes;

typedef enum { HTTPC_TE_IDENTITY, HTTPC_TE_CHUNKED } transferEncoding_t;

// Whether sendRequest follows redirects: never; GET and HEAD; always.
typedef enum { HTTPC_DISABLE_FOLLOW_REDIRECTS, HTTPC_STRICT_FOLLOW_REDIRECTS, HTTPC_FORCE_FOLLOW_REDIRECTS } followRedirects_t;

class HTTPClient {
public:
  HTTPClient() {}
  ~HTTPClient();
  HTTPClient(const HTTPClient &) = delete;
  HTTPClient &operator=(const HTTPClient &) = delete;

  // The client must live as long as this object. false: the URL is not http://host…
  bool begin(NetworkClient &client, String url);
  bool begin(NetworkClient &client, String host, uint16_t port, String uri = "/", bool https = false);
  bool begin(String url);
  bool begin(String host, uint16_t port, String uri = "/");
  // Ends the response; the connection stays open for the next request when setReuse(true) and the server agrees.
  void end(void);
  bool connected(void);

  void setReuse(bool reuse) { _reuse = reuse; } // default: true
  void setUserAgent(const String &userAgent) { _userAgent = userAgent; }
  void setAuthorization(const char *user, const char *password);
  void setAuthorization(const char *auth); // ready base64
  void setAuthorizationType(const char *authType) { _authorizationType = authType; }
  void setConnectTimeout(int32_t connectTimeout) { _connectTimeout = connectTimeout; } // ms
  void setTimeout(uint16_t timeout);                                                   // ms, of each read
  void setFollowRedirects(followRedirects_t follow) { _followRedirects = follow; }
  void setRedirectLimit(uint16_t limit) { _redirectLimit = limit; }
  bool setURL(const String &url); // another path of the same server, or another server
  void useHTTP10(bool usehttp10 = true);

  // HTTP status, or one of HTTPC_ERROR_…
  int GET() { return sendRequest("GET"); }
  int PATCH(uint8_t *payload, size_t size) { return sendRequest("PATCH", payload, size); }
  int PATCH(String payload) { return sendRequest("PATCH", payload); }
  int POST(uint8_t *payload, size_t size) { return sendRequest("POST", payload, size); }
  int POST(String payload) { return sendRequest("POST", payload); }
  int PUT(uint8_t *payload, size_t size) { return sendRequest("PUT", payload, size); }
  int PUT(String payload) { return sendRequest("PUT", payload); }
  int sendRequest(const char *type, String payload);
  int sendRequest(const char *type, uint8_t *payload = NULL, size_t size = 0);
  int sendRequest(const char *type, Stream *stream, size_t size = 0);

  void addHeader(const String &name, const String &value, bool first = false, bool replace = true);

  // Only the named response headers are kept.
  void collectHeaders(const char *headerKeys[], const size_t headerKeysCount);
  void collectAllHeaders(bool collectAll = true);
  String header(const char *name);
  String header(size_t i);
  String headerName(size_t i);
  int headers() { return static_cast<int>(_currentHeaders.size()); }
  bool hasHeader(const char *name);

  int getSize(void) { return _size; } // Content-Length, -1 when unknown
  const String &getLocation(void) { return _location; }
  NetworkClient &getStream(void);
  NetworkClient *getStreamPtr(void);
  int writeToStream(Stream *stream); // bytes written, or one of HTTPC_ERROR_…
  String getString(void); // reads the body: once
  static String errorToString(int error);

protected:
  struct RequestArgument {
    String key;
    String value;
  };

  bool beginInternal(String url);
  void disconnect();
  void clear();
  int returnError(int error);
  bool connect(void);
  bool sendHeader(const char *type);
  int sendOnce(const char *type, uint8_t *payload, Stream *stream, size_t size);
  bool followsRedirect(int code, const char *type);
  int sendStream(Stream *stream, size_t size);
  int handleHeaderResponse();
  bool handleHeaderLine(const String &line, String &transferEncoding);
  void keepHeader(const String &name, const String &value);
  int readLine(String &line);
  int writeChunks(Stream *stream);
  int writeToStreamDataBlock(Stream *stream, int len);

  std::unique_ptr<NetworkClient> _ownClient;
  NetworkClient *_client = nullptr;
  String _host;
  uint16_t _port = 0;
  int32_t _connectTimeout = -1;
  bool _reuse = true;
  uint16_t _tcpTimeout = HTTPCLIENT_DEFAULT_TCP_TIMEOUT;
  bool _useHTTP10 = false;
  String _uri;
  String _headers;
  String _userAgent = "ESP32HTTPClient";
  String _base64Authorization;
  String _authorizationType = "Basic";
  std::vector<RequestArgument> _currentHeaders;
  bool _collectAllHeaders = false;
  int _returnCode = 0;
  int _size = -1;
  bool _canReuse = false;
  followRedirects_t _followRedirects = HTTPC_DISABLE_FOLLOW_REDIRECTS;
  uint16_t _redirectLimit = 10;
  String _location;
  transferEncoding_t _transferEncoding = HTTPC_TE_IDENTITY;
};
