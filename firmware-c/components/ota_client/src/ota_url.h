#pragma once

#include <stdbool.h>
#include <stddef.h>

/** Addresses: only http and https, no user names, nothing that could break out of a request line. */

/** An absolute http(s) address with a host, of printable ASCII without spaces. */
bool ota_url_valid(const char *url);

bool ota_url_is_https(const char *url);

/** Whether both have the same scheme, host and port as written, letters of either case. */
bool ota_url_same_origin(const char *a, const char *b);

/** `server` (with or without a path of its own and a last slash), then `path` ("/api/…"). False when it does not fit. */
bool ota_url_join(char *to, size_t size, const char *server, const char *path);

/**
 * Where a Location leads from `base` (RFC 3986, 5.2 without dot segments, which the server resolves): absolute, "//host/…",
 * "/path", "?query" or relative. A fragment is dropped. False when it is no address or does not fit.
 */
bool ota_url_resolve(char *to, size_t size, const char *base, const char *location);
