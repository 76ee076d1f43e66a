#define _POSIX_C_SOURCE 200112L

#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

uint64_t socket_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

static ota_port_result_t await(int fd, short events, uint64_t end_ms) {
    for (;;) {
        const uint64_t now = socket_now_ms();
        struct pollfd one = {fd, events, 0};
        const int ready = now >= end_ms ? 0 : poll(&one, 1, (int)(end_ms - now));
        if (ready > 0) return OTA_PORT_OK;
        if (ready == 0) return OTA_PORT_TIMEOUT;
        if (errno != EINTR) return OTA_PORT_IO;
    }
}

int socket_connect(const char *host, const char *port, uint64_t end_ms, ota_port_result_t *result) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int error = 0;
    socklen_t size = sizeof error;
    *result = OTA_PORT_CONNECT;
    if (getaddrinfo(host, port, &hints, &found) != 0) return -1;
    const int fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (fd >= 0) {
        fcntl(fd, F_SETFL, O_NONBLOCK);
        const int begun = connect(fd, found->ai_addr, found->ai_addrlen);
        *result = begun == 0 ? OTA_PORT_OK : errno == EINPROGRESS ? await(fd, POLLOUT, end_ms) : OTA_PORT_CONNECT;
        if (*result == OTA_PORT_OK && (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)) {
            *result = OTA_PORT_CONNECT;
        }
    }
    freeaddrinfo(found);
    if (*result == OTA_PORT_OK || fd < 0) return fd;
    close(fd);
    return -1;
}

ota_port_result_t socket_send(int fd, const char *bytes, size_t len, uint64_t end_ms) {
    while (len > 0) {
        const ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n >= 0) {
            bytes += n;
            len -= (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            const ota_port_result_t ready = await(fd, POLLOUT, end_ms);
            if (ready != OTA_PORT_OK) return ready;
        } else if (errno != EINTR) {
            return OTA_PORT_DROPPED;
        }
    }
    return OTA_PORT_OK;
}

ota_port_result_t socket_receive(int fd, uint8_t *buf, size_t size, size_t *got, uint64_t end_ms) {
    for (;;) {
        const ssize_t n = recv(fd, buf, size, 0);
        if (n >= 0) {
            *got = (size_t)n;
            return OTA_PORT_OK;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return OTA_PORT_DROPPED;
        const ota_port_result_t ready = await(fd, POLLIN, end_ms);
        if (ready != OTA_PORT_OK) return ready;
    }
}
