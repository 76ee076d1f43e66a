#pragma once

#include "ota_port.h"

/** The HTTP port on real sockets: HTTP/1.1 without TLS, one connection a request. */

#define HOST_HEAD_SIZE 8192

typedef struct {
    int fd;
    /** Head, then body bytes that came with it. */
    char head[HOST_HEAD_SIZE + 1];
    size_t have;
    /** Where the bytes that nobody has taken begin. */
    size_t at;
    bool chunked;
    /** The last chunk, or the end of the connection, has come. */
    bool ended;
    /** Bytes left of the body or of the chunk; -1: until the connection ends. */
    int64_t left;
} host_http_t;

void host_http_port(host_http_t *http, ota_http_port_t *port);
