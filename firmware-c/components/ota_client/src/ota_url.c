#include "ota_url.h"

#include "ota_text.h"
#include <string.h>

/** Behind "http://" or "https://"; NULL for another scheme. */
static const char *behind_scheme(const char *url) {
    if (ota_text_begins(url, "https://")) return url + strlen("https://");
    if (ota_text_begins(url, "http://")) return url + strlen("http://");
    return NULL;
}

/** Bytes of scheme, host and port. */
static size_t origin_length(const char *url) {
    const char *host = behind_scheme(url);
    return host == NULL ? 0 : (size_t)(host - url) + strcspn(host, "/?#");
}

bool ota_url_is_https(const char *url) { return ota_text_begins(url, "https://"); }

bool ota_url_valid(const char *url) {
    const char *host = behind_scheme(url);
    if (host == NULL) return false;
    const size_t host_len = strcspn(host, "/?#");
    if (host_len == 0 || host[0] == ':' || memchr(host, '@', host_len) != NULL) return false;
    for (const char *c = url; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') return false;
    }
    return true;
}

bool ota_url_same_origin(const char *a, const char *b) {
    const size_t len = origin_length(a);
    if (len == 0 || len != origin_length(b)) return false;
    for (size_t i = 0; i < len; i++) {
        if (ota_text_lower(a[i]) != ota_text_lower(b[i])) return false;
    }
    return true;
}

bool ota_url_join(char *to, size_t size, const char *server, const char *path) {
    ota_text_t text;
    size_t len = strlen(server);
    while (len > 0 && server[len - 1] == '/') len--;
    ota_text_start(&text, to, size);
    ota_text_add_n(&text, server, len);
    ota_text_add(&text, path);
    return !text.cut;
}

/** Bytes of `url` that a relative reference keeps. */
static size_t kept_length(const char *url, const char *location) {
    const size_t origin = origin_length(url);
    const size_t path_end = origin + strcspn(url + origin, "?#");
    if (location[0] == '/') return origin;
    if (location[0] == '?') return path_end;
    for (size_t at = path_end; at > origin; at--) {
        if (url[at - 1] == '/') return at;
    }
    return path_end;
}

bool ota_url_resolve(char *to, size_t size, const char *base, const char *location) {
    ota_text_t text;
    const char *colon = strpbrk(location, ":/?#");
    const bool has_scheme = colon != NULL && *colon == ':';
    ota_text_start(&text, to, size);
    if (location[0] == '\0' || (has_scheme && behind_scheme(location) == NULL)) return false;
    if (!has_scheme && location[0] == '/' && location[1] == '/') {
        ota_text_add(&text, ota_url_is_https(base) ? "https:" : "http:");
    } else if (!has_scheme) {
        const size_t kept = kept_length(base, location);
        ota_text_add_n(&text, base, kept);
        if (kept == origin_length(base) && location[0] != '/' && location[0] != '?') ota_text_add(&text, "/");
    }
    ota_text_add_n(&text, location, strcspn(location, "#"));
    return !text.cut && ota_url_valid(to);
}
