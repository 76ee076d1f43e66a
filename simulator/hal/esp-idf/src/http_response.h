// Reads an HTTP/1.x response piece by piece, as the http_parser does that ESP-IDF carries: the same strictness, the same events,
// and an error that stays: whatever comes after it is not looked at.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_NO_LENGTH UINT64_MAX

// Texts come in fragments, as they lie in the pieces.
typedef struct {
  void (*begin)(void *context);
  void (*field)(void *context, const char *at, size_t length);
  void (*value)(void *context, const char *at, size_t length);
  bool (*headers)(void *context); // true: no body follows, whatever the headers say
  void (*chunk)(void *context, uint64_t length);
  void (*body)(void *context, const char *at, size_t length);
  void (*complete)(void *context);
} http_response_events;

typedef struct {
  const http_response_events *events;
  void *context;
  uint8_t state, index, header, flags;
  bool failed;
  uint8_t major, minor;
  int status;
  uint64_t length; // Content-Length, then what is left of body or chunk; HTTP_NO_LENGTH: none given
  uint32_t head;   // bytes of the head so far
  char name[20], word[12];
} http_response;

void http_response_start(http_response *r, const http_response_events *events, void *context);
// length 0: the connection was closed by the peer. Answers false once the response is malformed.
bool http_response_take(http_response *r, const char *data, size_t length);
// May the connection serve another request after this response?
bool http_response_keeps_alive(const http_response *r);
