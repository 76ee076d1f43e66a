#include "esp_log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "host.h"

typedef struct tag_level {
  struct tag_level *next;
  esp_log_level_t level;
  char tag[];
} tag_level;
static tag_level *levels;
static esp_log_level_t default_level = CONFIG_LOG_DEFAULT_LEVEL;
static vprintf_like_t print = vprintf;

static tag_level *find(const char *tag) {
  for (tag_level *l = levels; l; l = l->next)
    if (strcmp(l->tag, tag) == 0) return l;
  return NULL;
}

void esp_log_level_set(const char *tag, esp_log_level_t level) {
  if (strcmp(tag, "*") == 0) {
    default_level = level;
    while (levels) {
      tag_level *gone = levels;
      levels = gone->next;
      free(gone);
    }
    return;
  }
  tag_level *l = find(tag);
  if (!l) {
    l = malloc(sizeof *l + strlen(tag) + 1);
    if (!l) return;
    strcpy(l->tag, tag);
    l->next = levels;
    levels = l;
  }
  l->level = level;
}
esp_log_level_t esp_log_level_get(const char *tag) {
  tag_level *l = find(tag);
  return l ? l->level : default_level;
}
vprintf_like_t esp_log_set_vprintf(vprintf_like_t func) {
  vprintf_like_t before = print;
  print = func;
  return before;
}
uint32_t esp_log_timestamp(void) { return (uint32_t)(uint64_t)(host_micros() / 1000.0); }
uint32_t esp_log_early_timestamp(void) { return esp_log_timestamp(); }

void esp_log_writev(esp_log_level_t level, const char *tag, const char *format, va_list args) {
  if (level == ESP_LOG_NONE || level > esp_log_level_get(tag)) return;
  print(format, args);
}
void esp_log_write(esp_log_level_t level, const char *tag, const char *format, ...) {
  va_list args;
  va_start(args, format);
  esp_log_writev(level, tag, format, args);
  va_end(args);
}
void esp_log_buffer_hex_internal(const char *tag, const void *buffer, uint16_t length, esp_log_level_t level) {
  const uint8_t *bytes = buffer;
  for (unsigned at = 0; at < length; at += 16) {
    char line[16 * 3 + 1];
    int n = 0;
    for (unsigned i = at; i < length && i < at + 16; i++) n += sprintf(line + n, "%02x ", bytes[i]);
    esp_log_write(level, tag, "%c (%lu) %s: %s\n", "NEWIDV"[level], (unsigned long)esp_log_timestamp(), tag, line);
  }
}
