#include "http.h"

#include "ota_text.h"
#include "socket.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** More of the connection behind what is there; DROPPED when it has ended. */
static ota_port_result_t fill(host_http_t *http, uint64_t end_ms) {
    size_t got = 0;
    if (http->at > 0) {
        memmove(http->head, http->head + http->at, http->have - http->at);
        http->have -= http->at;
        http->at = 0;
    }
    if (http->have == HOST_HEAD_SIZE) return OTA_PORT_TOO_LONG;
    const ota_port_result_t result =
        socket_receive(http->fd, (uint8_t *)http->head + http->have, HOST_HEAD_SIZE - http->have, &got, end_ms);
    if (result != OTA_PORT_OK) return result;
    http->have += got;
    http->head[http->have] = '\0';
    return got == 0 ? OTA_PORT_DROPPED : OTA_PORT_OK;
}

/** The next line without its end, which stays where it is until the next call. */
static ota_port_result_t read_line(host_http_t *http, char **line, uint64_t end_ms) {
    for (;;) {
        char *end = memchr(http->head + http->at, '\n', http->have - http->at);
        if (end != NULL) {
            *line = http->head + http->at;
            http->at = (size_t)(end - http->head) + 1;
            if (end > *line && end[-1] == '\r') end--;
            *end = '\0';
            return OTA_PORT_OK;
        }
        const ota_port_result_t result = fill(http, end_ms);
        if (result != OTA_PORT_OK) return result;
    }
}

static void take_header(host_http_t *http, ota_http_response_t *response, char *line) {
    char *value = strchr(line, ':');
    uint64_t length;
    if (value == NULL) return;
    value += 1 + strspn(value + 1, " \t");
    value[strcspn(value, "\r\n")] = '\0';
    if (ota_text_begins(line, "etag:")) (void)ota_text_copy(response->etag, sizeof response->etag, value);
    if (ota_text_begins(line, "content-range:")) (void)ota_text_copy(response->content_range, OTA_HEADER_SIZE, value);
    if (ota_text_begins(line, "content-type:")) (void)ota_text_copy(response->content_type, OTA_HEADER_SIZE, value);
    if (ota_text_begins(line, "content-encoding:")) (void)ota_text_copy(response->content_encoding, OTA_HEADER_SIZE, value);
    if (ota_text_begins(line, "retry-after:")) (void)ota_text_copy(response->retry_after, OTA_HEADER_SIZE, value);
    if (ota_text_begins(line, "date:")) (void)ota_text_copy(response->date, OTA_HEADER_SIZE, value);
    if (ota_text_begins(line, "transfer-encoding:")) http->chunked = ota_text_begins(value, "chunked");
    if (ota_text_begins(line, "location:")) {
        response->location_too_long = !ota_text_copy(response->location, sizeof response->location, value);
    }
    if (ota_text_begins(line, "content-length:") && ota_text_number(value, strlen(value), INT64_MAX, &length)) {
        response->content_length = (int64_t)length;
    }
}

/** One head, of a 1xx too. */
static ota_port_result_t read_head(host_http_t *http, ota_http_response_t *response, uint64_t end_ms) {
    char *line;
    size_t total = 0;
    uint64_t status;
    ota_port_result_t result = read_line(http, &line, end_ms);
    if (result != OTA_PORT_OK) return result;
    if (!ota_text_begins(line, "http/1.") || !ota_text_number(line + 9, 3, 999, &status)) return OTA_PORT_PROTOCOL;
    response->status = (int)status;
    for (;;) {
        result = read_line(http, &line, end_ms);
        if (result != OTA_PORT_OK) return result;
        if (line[0] == '\0') return OTA_PORT_OK;
        total += strlen(line);
        if (total > HOST_HEAD_SIZE) return OTA_PORT_TOO_LONG;
        take_header(http, response, line);
    }
}

static void write_request(const ota_http_request_t *request, const char *host, const char *path, ota_text_t *text) {
    const char *const parts[] = {request->method, " ", path[0] == '/' ? "" : "/", path, " HTTP/1.1\r\nHost: ", host, "\r\nConnection: close\r\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) ota_text_add(text, parts[i]);
    if (request->bearer != NULL) {
        ota_text_add(text, "Authorization: Bearer ");
        ota_text_add(text, request->bearer);
        ota_text_add(text, "\r\n");
    }
    if (request->range_from > 0) {
        ota_text_add(text, "Range: bytes=");
        ota_text_add_u64(text, request->range_from);
        ota_text_add(text, "-\r\n");
    }
    if (request->if_range != NULL) {
        ota_text_add(text, "If-Range: ");
        ota_text_add(text, request->if_range);
        ota_text_add(text, "\r\n");
    }
    if (request->body != NULL) ota_text_add(text, "Content-Type: application/json\r\n");
    if (strcmp(request->method, "POST") == 0) {
        ota_text_add(text, "Content-Length: ");
        ota_text_add_u64(text, request->body_len);
        ota_text_add(text, "\r\n");
    }
    ota_text_add(text, "\r\n");
    if (request->body != NULL) ota_text_add_n(text, request->body, request->body_len);
}

static void close_connection(void *ctx) {
    host_http_t *http = ctx;
    if (http->fd >= 0) close(http->fd);
    http->fd = -1;
}

static ota_port_result_t ask(host_http_t *http, const ota_http_request_t *request, ota_http_response_t *response) {
    char out[4096];
    char authority[256];
    ota_text_t text;
    ota_port_result_t result;
    const char *at = request->url + strlen("http://");
    if (!ota_text_begins(request->url, "http://")) return OTA_PORT_TLS; // no TLS here
    const size_t len = strcspn(at, "/?");
    snprintf(authority, sizeof authority, "%.*s", (int)len, at);
    ota_text_start(&text, out, sizeof out);
    write_request(request, authority, at + len, &text);
    if (text.cut) return OTA_PORT_TOO_LONG;
    char *colon = strrchr(authority, ':');
    if (colon != NULL) *colon = '\0';
    http->fd = socket_connect(authority, colon == NULL ? "80" : colon + 1, socket_now_ms() + request->timeout_ms, &result);
    if (result != OTA_PORT_OK) return result;
    result = socket_send(http->fd, out, text.len, socket_now_ms() + request->timeout_ms);
    if (result != OTA_PORT_OK) return result;
    const uint64_t end_ms = socket_now_ms() + request->timeout_ms;
    do {
        result = read_head(http, response, end_ms);
    } while (result == OTA_PORT_OK && response->status < 200);
    return result;
}

static ota_port_result_t open_request(void *ctx, const ota_http_request_t *request, ota_http_response_t *response) {
    host_http_t *http = ctx;
    memset(http, 0, sizeof *http);
    http->fd = -1;
    const ota_port_result_t result = ask(http, request, response);
    if (result != OTA_PORT_OK) close_connection(http);
    if (http->chunked) response->content_length = -1;
    http->left = http->chunked ? 0 : response->content_length;
    return result;
}

/** At the border of chunks: the size of the next, and the line end behind the last. */
static ota_port_result_t next_chunk(host_http_t *http, uint64_t end_ms) {
    char *line;
    char *end;
    ota_port_result_t result = read_line(http, &line, end_ms);
    if (result == OTA_PORT_OK && line[0] == '\0') result = read_line(http, &line, end_ms);
    if (result != OTA_PORT_OK) return result;
    http->left = strtoll(line, &end, 16);
    if (end == line || http->left < 0) return OTA_PORT_PROTOCOL;
    http->ended = http->left == 0;
    return OTA_PORT_OK;
}

static ota_port_result_t read_body(void *ctx, uint8_t *buf, size_t size, size_t *got, uint32_t timeout_ms) {
    host_http_t *http = ctx;
    const uint64_t end_ms = socket_now_ms() + timeout_ms;
    *got = 0;
    if (http->chunked && http->left == 0 && !http->ended) {
        const ota_port_result_t result = next_chunk(http, end_ms);
        if (result != OTA_PORT_OK) return result;
    }
    if (http->ended || http->left == 0) return OTA_PORT_OK;
    if (http->at == http->have) {
        const ota_port_result_t result = fill(http, end_ms);
        if (result == OTA_PORT_DROPPED && http->left < 0) {
            http->ended = true; // no reset is told from an end here: the hash will
            return OTA_PORT_OK;
        }
        if (result != OTA_PORT_OK) return result;
    }
    size_t n = http->have - http->at;
    if (n > size) n = size;
    if (http->left > 0 && (int64_t)n > http->left) n = (size_t)http->left;
    memcpy(buf, http->head + http->at, n);
    http->at += n;
    if (http->left > 0) http->left -= (int64_t)n;
    *got = n;
    return OTA_PORT_OK;
}

void host_http_port(host_http_t *http, ota_http_port_t *port) {
    http->fd = -1;
    *port = (ota_http_port_t){http, open_request, read_body, close_connection};
}
