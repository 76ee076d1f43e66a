// cJSON's parser: strict JSON, except that raw control characters in strings are taken and text after the value is
// ignored unless the caller asks for its end. Positions are checked against the length, so no input reads beyond it.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "cjson_internal.h"

typedef struct {
  const unsigned char *text;
  size_t length, at, depth;
} parser;

static const char *error_text;
static size_t error_at;

const char *cJSON_GetErrorPtr(void) { return error_text ? error_text + error_at : NULL; }

static bool more(const parser *p) { return p->at < p->length; }
static int peek(const parser *p) { return more(p) ? p->text[p->at] : -1; }

static void skip_space(parser *p) {
  if (!more(p)) return;
  while (more(p) && p->text[p->at] <= ' ') p->at++;
  if (!more(p)) p->at--; // only white space was left: the position stays on its last byte (an ordinary string's NUL)
}

static bool parse_value(parser *p, cJSON *item);

static bool parse_number(parser *p, cJSON *item) {
  size_t end = p->at;
  while (end < p->length && p->text[end] && strchr("0123456789+-eE.", p->text[end])) end++;
  size_t length = end - p->at;
  char small[64], *digits = length < sizeof small ? small : hal_cjson_alloc(length + 1);
  if (!digits) return false;
  memcpy(digits, p->text + p->at, length);
  digits[length] = 0;
  char *stop;
  double number = strtod(digits, &stop);
  bool any = stop != digits;
  p->at += (size_t)(stop - digits);
  if (digits != small) hal_cjson_release(digits);
  if (!any) return false;
  item->type = cJSON_Number;
  hal_cjson_set_number(item, number);
  return true;
}

// cJSON reads four characters that are not all hex digits as 0.
static int hex4(const unsigned char *s) {
  int value = 0;
  for (int i = 0; i < 4; i++) {
    int c = s[i], digit;
    if (c >= '0' && c <= '9') digit = c - '0';
    else if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
    else if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    else return 0;
    value = value << 4 | digit;
  }
  return value;
}

// Reads \uXXXX, and its second half for a surrogate pair, at s; answers the bytes taken, 0 on an error.
static size_t read_utf16(const unsigned char *s, const unsigned char *end, uint32_t *code) {
  if (end - s < 6) return 0;
  int first = hex4(s + 2);
  if (first >= 0xDC00 && first <= 0xDFFF) return 0;
  *code = (uint32_t)first;
  if (first < 0xD800 || first > 0xDBFF) return 6;
  if (end - s < 12 || s[6] != '\\' || s[7] != 'u') return 0;
  int second = hex4(s + 8);
  if (second < 0xDC00 || second > 0xDFFF) return 0;
  *code = 0x10000 + (((uint32_t)first & 0x3FF) << 10 | ((uint32_t)second & 0x3FF));
  return 12;
}

static char *write_utf8(char *out, uint32_t code) {
  if (code < 0x80) {
    *out++ = (char)code;
  } else if (code < 0x800) {
    *out++ = (char)(0xC0 | code >> 6);
    *out++ = (char)(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *out++ = (char)(0xE0 | code >> 12);
    *out++ = (char)(0x80 | (code >> 6 & 0x3F));
    *out++ = (char)(0x80 | (code & 0x3F));
  } else {
    *out++ = (char)(0xF0 | code >> 18);
    *out++ = (char)(0x80 | (code >> 12 & 0x3F));
    *out++ = (char)(0x80 | (code >> 6 & 0x3F));
    *out++ = (char)(0x80 | (code & 0x3F));
  }
  return out;
}

// Decodes the text between the quotes; *error_offset is set where it fails.
static bool unescape(const unsigned char *s, const unsigned char *end, char *out, const unsigned char **stopped) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  while (s < end) {
    if (*s != '\\') {
      *out++ = (char)*s++;
      continue;
    }
    *stopped = s;
    if (s[1] == 'u') {
      uint32_t code;
      size_t taken = read_utf16(s, end, &code);
      if (!taken) return false;
      out = write_utf8(out, code);
      s += taken;
      continue;
    }
    const char *which = s[1] ? strchr(from, s[1]) : NULL;
    if (!which) return false;
    *out++ = to[which - from];
    s += 2;
  }
  *out = 0;
  return true;
}

static bool parse_string(parser *p, char **out) {
  bool quoted = peek(p) == '"';
  const unsigned char *start = p->text + p->at + 1, *limit = p->text + p->length, *end = start;
  p->at++; // where the error is if there is no closing quote
  if (!quoted) return false;
  while (end < limit && *end != '"') end += *end == '\\' ? 2 : 1;
  if (end >= limit) return false;
  // An escape never decodes to more bytes than it has.
  char *text = hal_cjson_alloc((size_t)(end - start) + 1);
  if (!text) return false;
  const unsigned char *stopped = start;
  if (!unescape(start, end, text, &stopped)) {
    hal_cjson_release(text);
    p->at = (size_t)(stopped - p->text);
    return false;
  }
  p->at = (size_t)(end - p->text) + 1;
  *out = text;
  return true;
}

static bool parse_array(parser *p, cJSON *item) {
  item->type = cJSON_Array;
  p->at++;
  skip_space(p);
  if (peek(p) == ']') {
    p->at++;
    return true;
  }
  for (;;) {
    cJSON *child = hal_cjson_new(cJSON_Invalid);
    if (!child) return false;
    hal_cjson_append(item, child);
    skip_space(p);
    if (!parse_value(p, child)) return false;
    skip_space(p);
    if (peek(p) != ',') break;
    p->at++;
  }
  if (peek(p) != ']') return false;
  p->at++;
  return true;
}

static bool parse_object(parser *p, cJSON *item) {
  item->type = cJSON_Object;
  p->at++;
  skip_space(p);
  if (peek(p) == '}') {
    p->at++;
    return true;
  }
  for (;;) {
    cJSON *child = hal_cjson_new(cJSON_Invalid);
    if (!child) return false;
    hal_cjson_append(item, child);
    skip_space(p);
    if (!parse_string(p, &child->string)) return false;
    skip_space(p);
    if (peek(p) != ':') return false;
    p->at++;
    skip_space(p);
    if (!parse_value(p, child)) return false;
    skip_space(p);
    if (peek(p) != ',') break;
    p->at++;
  }
  if (peek(p) != '}') return false;
  p->at++;
  return true;
}

static bool literal(parser *p, const char *word) {
  size_t length = strlen(word);
  if (p->length - p->at < length || memcmp(p->text + p->at, word, length) != 0) return false;
  p->at += length;
  return true;
}

static bool parse_nested(parser *p, cJSON *item, bool (*parse)(parser *, cJSON *)) {
  if (p->depth >= CJSON_NESTING_LIMIT) return false;
  p->depth++;
  bool ok = parse(p, item);
  p->depth--;
  return ok;
}

static bool parse_value(parser *p, cJSON *item) {
  int c = peek(p);
  if (c == '"') {
    item->type = cJSON_String;
    return parse_string(p, &item->valuestring);
  }
  if (c == '-' || (c >= '0' && c <= '9')) return parse_number(p, item);
  if (c == '[') return parse_nested(p, item, parse_array);
  if (c == '{') return parse_nested(p, item, parse_object);
  if (literal(p, "null")) return item->type = cJSON_NULL, true;
  if (literal(p, "false")) return item->type = cJSON_False, true;
  if (literal(p, "true")) return item->type = cJSON_True, item->valueint = 1, true;
  return false;
}

cJSON *cJSON_ParseWithLengthOpts(const char *value, size_t length, const char **end, cJSON_bool require_null) {
  error_text = NULL;
  error_at = 0;
  parser p = {(const unsigned char *)value, length, 0, 0};
  cJSON *item = value && length ? hal_cjson_new(cJSON_Invalid) : NULL;
  if (item) {
    if (length >= 3 && memcmp(value, "\xEF\xBB\xBF", 3) == 0) p.at = 3;
    skip_space(&p);
    bool ok = parse_value(&p, item);
    if (ok && require_null) {
      skip_space(&p);
      ok = p.at < p.length && p.text[p.at] == 0;
    }
    if (ok) {
      if (end) *end = value + p.at;
      return item;
    }
    cJSON_Delete(item);
  }
  if (value) {
    error_text = value;
    error_at = p.at < length ? p.at : length ? length - 1 : 0;
    if (end) *end = value + error_at;
  }
  return NULL;
}

cJSON *cJSON_ParseWithOpts(const char *value, const char **end, cJSON_bool require_null) {
  return value ? cJSON_ParseWithLengthOpts(value, strlen(value) + 1, end, require_null) : NULL;
}
cJSON *cJSON_Parse(const char *value) { return cJSON_ParseWithOpts(value, NULL, 0); }
cJSON *cJSON_ParseWithLength(const char *value, size_t length) { return cJSON_ParseWithLengthOpts(value, length, NULL, 0); }

// ---- Minify: removes white space and comments outside strings, in place. ----
void cJSON_Minify(char *json) {
  if (!json) return;
  char *out = json;
  while (*json) {
    if (strchr(" \t\r\n", *json)) {
      json++;
    } else if (json[0] == '/' && json[1] == '/') {
      while (*json && *json != '\n') json++;
    } else if (json[0] == '/' && json[1] == '*') {
      const char *close = strstr(json + 2, "*/");
      json = close ? (char *)close + 2 : json + strlen(json);
    } else if (*json == '"') {
      *out++ = *json++;
      while (*json && *json != '"') {
        if (*json == '\\' && json[1]) *out++ = *json++;
        *out++ = *json++;
      }
      if (*json) *out++ = *json++;
    } else {
      *out++ = *json++;
    }
  }
  *out = 0;
}
