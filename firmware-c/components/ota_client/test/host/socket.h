#pragma once

#include "ota_port.h"

/** A TCP connection with a deadline on everything, on POSIX sockets. Milliseconds are of CLOCK_MONOTONIC. */

uint64_t socket_now_ms(void);
/** The descriptor, or -1 with *result saying why. */
int socket_connect(const char *host, const char *port, uint64_t end_ms, ota_port_result_t *result);
ota_port_result_t socket_send(int fd, const char *bytes, size_t len, uint64_t end_ms);
/** *got is 0 with OK when the peer has closed. */
ota_port_result_t socket_receive(int fd, uint8_t *buf, size_t size, size_t *got, uint64_t end_ms);
