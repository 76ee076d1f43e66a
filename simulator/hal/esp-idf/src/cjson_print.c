// cJSON's printer, byte for byte: numbers as %d or the shortest of %1.15g and %1.17g that reads back, tabs and newlines
// as the original places them.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cjson_internal.h"

typedef struct {
  char *text;
  size_t size, at, depth;
  bool fixed, format;
} printer;

static bool room(printer *p, size_t bytes) {
  if (p->size - p->at > bytes) return true; // one more for the NUL
  if (p->fixed) return false;
  size_t size = (p->at + bytes + 1) * 2;
  char *grown = hal_cjson_alloc(size);
  if (!grown) return false;
  memcpy(grown, p->text, p->at);
  hal_cjson_release(p->text);
  p->text = grown;
  p->size = size;
  return true;
}

static bool put(printer *p, const char *text, size_t length) {
  if (!room(p, length)) return false;
  memcpy(p->text + p->at, text, length);
  p->at += length;
  return true;
}
static bool put_char(printer *p, char c) { return put(p, &c, 1); }
static bool put_tabs(printer *p, size_t count) {
  while (count--)
    if (!put_char(p, '\t')) return false;
  return true;
}

static bool print_number(printer *p, const cJSON *item) {
  char text[32];
  double d = item->valuedouble;
  int length;
  if (isnan(d) || isinf(d)) {
    length = sprintf(text, "null");
  } else if (d == (double)item->valueint) {
    length = sprintf(text, "%d", item->valueint);
  } else {
    length = sprintf(text, "%1.15g", d);
    if (!hal_cjson_same_number(strtod(text, NULL), d)) length = sprintf(text, "%1.17g", d);
  }
  return put(p, text, (size_t)length);
}

static bool print_string(printer *p, const char *s) {
  static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
  if (!put_char(p, '"')) return false;
  for (; s && *s; s++) {
    unsigned char c = (unsigned char)*s;
    const char *which = strchr(from, c);
    char escape[8];
    size_t length = 1;
    if (which) {
      escape[0] = '\\';
      escape[1] = to[which - from];
      length = 2;
    } else if (c < 32) {
      length = (size_t)sprintf(escape, "\\u%04x", c);
    } else {
      escape[0] = (char)c;
    }
    if (!put(p, escape, length)) return false;
  }
  return put_char(p, '"');
}

static bool print_value(printer *p, const cJSON *item);

static bool print_array(printer *p, const cJSON *item) {
  if (p->depth >= CJSON_NESTING_LIMIT || !put_char(p, '[')) return false;
  p->depth++;
  for (const cJSON *child = item->child; child; child = child->next) {
    if (!print_value(p, child)) return false;
    if (child->next && !put(p, ", ", p->format ? 2 : 1)) return false;
  }
  p->depth--;
  return put_char(p, ']');
}

static bool print_object(printer *p, const cJSON *item) {
  if (p->depth >= CJSON_NESTING_LIMIT || !put(p, "{\n", p->format ? 2 : 1)) return false;
  p->depth++;
  for (const cJSON *child = item->child; child; child = child->next) {
    if (p->format && !put_tabs(p, p->depth)) return false;
    if (!print_string(p, child->string) || !put(p, ":\t", p->format ? 2 : 1) || !print_value(p, child)) return false;
    if (child->next && !put_char(p, ',')) return false;
    if (p->format && !put_char(p, '\n')) return false;
  }
  p->depth--;
  return (!p->format || put_tabs(p, p->depth)) && put_char(p, '}');
}

static bool print_value(printer *p, const cJSON *item) {
  switch (item->type & 0xFF) {
    case cJSON_NULL: return put(p, "null", 4);
    case cJSON_False: return put(p, "false", 5);
    case cJSON_True: return put(p, "true", 4);
    case cJSON_Number: return print_number(p, item);
    case cJSON_Raw: return item->valuestring && put(p, item->valuestring, strlen(item->valuestring));
    case cJSON_String: return print_string(p, item->valuestring);
    case cJSON_Array: return print_array(p, item);
    case cJSON_Object: return print_object(p, item);
    default: return false;
  }
}

static char *print(const cJSON *item, size_t size, bool format) {
  if (!item) return NULL;
  printer p = {hal_cjson_alloc(size), size, 0, 0, false, format};
  if (p.text && print_value(&p, item) && room(&p, 0)) {
    p.text[p.at] = 0;
    return p.text;
  }
  hal_cjson_release(p.text);
  return NULL;
}

char *cJSON_Print(const cJSON *item) { return print(item, 256, true); }
char *cJSON_PrintUnformatted(const cJSON *item) { return print(item, 256, false); }
char *cJSON_PrintBuffered(const cJSON *item, int prebuffer, cJSON_bool format) {
  return prebuffer < 0 ? NULL : print(item, (size_t)prebuffer + 1, format != 0);
}
cJSON_bool cJSON_PrintPreallocated(cJSON *item, char *buffer, const int length, const cJSON_bool format) {
  if (!item || !buffer || length <= 0) return 0;
  printer p = {buffer, (size_t)length, 0, 0, true, format != 0};
  if (!print_value(&p, item)) return 0;
  buffer[p.at] = 0;
  return 1;
}
