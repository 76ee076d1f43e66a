#include "http_url.h"
#include <ctype.h>
#include <string.h>

static bool parse_port(const char *at, size_t length, int *out) {
  long port = 0;
  for (size_t i = 0; i < length; i++) {
    if (!isdigit((unsigned char)at[i])) return false;
    port = port * 10 + (at[i] - '0');
    if (port > 65535) return false;
  }
  *out = (int)port;
  return length > 0;
}

static bool is_host(const char *at, size_t length) {
  if (length == 0) return false;
  if (at[0] == '[') return at[length - 1] == ']';
  for (size_t i = 0; i < length; i++)
    if (!isalnum((unsigned char)at[i]) && !strchr(".-_", at[i])) return false;
  return true;
}

static bool parse_authority(const char *url, size_t from, size_t to, http_url *out) {
  for (size_t i = from; i < to; i++) {
    if (url[i] != '@') continue;
    const char *colon = memchr(url + from, ':', i - from);
    size_t user_end = colon ? (size_t)(colon - url) : i;
    out->user = (http_url_part){from, user_end - from};
    if (colon) out->password = (http_url_part){user_end + 1, i - user_end - 1};
    from = i + 1;
  }
  size_t end = to;
  size_t search = from;
  if (url[from] == '[') {
    const char *bracket = memchr(url + from, ']', to - from);
    if (!bracket) return false;
    search = (size_t)(bracket - url);
  }
  const char *colon = memchr(url + search, ':', to - search);
  if (colon) {
    end = (size_t)(colon - url);
    if (!parse_port(colon + 1, to - end - 1, &out->port)) return false;
  }
  out->host = (http_url_part){from, end - from};
  return is_host(url + from, end - from);
}

bool http_url_parse(const char *url, http_url *out) {
  *out = (http_url){0};
  size_t length = strlen(url), at = 0;
  if (length == 0) return false;
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)url[i] <= ' ' || url[i] == 0x7f) return false;
  if (url[0] != '/' && url[0] != '*') {
    while (isalpha((unsigned char)url[at])) at++;
    if (at == 0 || strncmp(url + at, "://", 3) != 0) return false;
    out->scheme = (http_url_part){0, at};
    at += 3;
    size_t end = at + strcspn(url + at, "/?#");
    if (!parse_authority(url, at, end, out)) return false;
    at = end;
  }
  size_t path_end = at + strcspn(url + at, "?#");
  out->path = (http_url_part){at, path_end - at};
  if (url[path_end] == '?') {
    size_t end = path_end + 1 + strcspn(url + path_end + 1, "#");
    out->query = (http_url_part){path_end + 1, end - path_end - 1};
  }
  return true;
}
