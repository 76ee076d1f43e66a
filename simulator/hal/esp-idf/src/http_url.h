// Parts of a URL, as http_parser_parse_url finds them.
#pragma once
#include <stdbool.h>
#include <stddef.h>
typedef struct {
  size_t at, length; // length 0: not there
} http_url_part;
typedef struct {
  http_url_part scheme, user, password, host, path, query;
  int port; // 0: not there
} http_url;
// scheme://[user[:password]@]host[:port][/path][?query][#fragment], or a path alone. false: malformed.
bool http_url_parse(const char *url, http_url *out);
