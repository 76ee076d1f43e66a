// Logging (components/log/include/esp_log.h): lines "I (123) tag: text" on UART0, time in ms since boot.
#pragma once
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include "sdkconfig.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef enum {
  ESP_LOG_NONE = 0,
  ESP_LOG_ERROR = 1,
  ESP_LOG_WARN = 2,
  ESP_LOG_INFO = 3,
  ESP_LOG_DEBUG = 4,
  ESP_LOG_VERBOSE = 5,
  ESP_LOG_MAX = 6,
} esp_log_level_t;
typedef int (*vprintf_like_t)(const char *, va_list);

#ifndef LOG_LOCAL_LEVEL
#define LOG_LOCAL_LEVEL ((esp_log_level_t)CONFIG_LOG_MAXIMUM_LEVEL)
#endif

// Levels per tag; "*" sets the default and forgets the others. Initially CONFIG_LOG_DEFAULT_LEVEL.
void esp_log_level_set(const char *tag, esp_log_level_t level);
esp_log_level_t esp_log_level_get(const char *tag);
vprintf_like_t esp_log_set_vprintf(vprintf_like_t func);
uint32_t esp_log_timestamp(void);
uint32_t esp_log_early_timestamp(void);
void esp_log_write(esp_log_level_t level, const char *tag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void esp_log_writev(esp_log_level_t level, const char *tag, const char *format, va_list args);
void esp_log_buffer_hex_internal(const char *tag, const void *buffer, uint16_t length, esp_log_level_t level);

#define LOG_FORMAT(letter, format) #letter " (%" PRIu32 ") %s: " format "\n"
#define ESP_LOG_LEVEL(level, tag, format, ...)                                                                  \
  do {                                                                                                          \
    if ((level) == ESP_LOG_ERROR)                                                                               \
      esp_log_write(ESP_LOG_ERROR, tag, LOG_FORMAT(E, format), esp_log_timestamp(), tag __VA_OPT__(, ) __VA_ARGS__); \
    else if ((level) == ESP_LOG_WARN)                                                                           \
      esp_log_write(ESP_LOG_WARN, tag, LOG_FORMAT(W, format), esp_log_timestamp(), tag __VA_OPT__(, ) __VA_ARGS__); \
    else if ((level) == ESP_LOG_DEBUG)                                                                          \
      esp_log_write(ESP_LOG_DEBUG, tag, LOG_FORMAT(D, format), esp_log_timestamp(), tag __VA_OPT__(, ) __VA_ARGS__); \
    else if ((level) == ESP_LOG_VERBOSE)                                                                        \
      esp_log_write(ESP_LOG_VERBOSE, tag, LOG_FORMAT(V, format), esp_log_timestamp(), tag __VA_OPT__(, ) __VA_ARGS__); \
    else                                                                                                        \
      esp_log_write(ESP_LOG_INFO, tag, LOG_FORMAT(I, format), esp_log_timestamp(), tag __VA_OPT__(, ) __VA_ARGS__); \
  } while (0)
#define ESP_LOG_LEVEL_LOCAL(level, tag, format, ...)                                              \
  do {                                                                                            \
    if (LOG_LOCAL_LEVEL >= (level)) ESP_LOG_LEVEL(level, tag, format __VA_OPT__(, ) __VA_ARGS__); \
  } while (0)
#define ESP_LOGE(tag, format, ...) ESP_LOG_LEVEL_LOCAL(ESP_LOG_ERROR, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_LOGW(tag, format, ...) ESP_LOG_LEVEL_LOCAL(ESP_LOG_WARN, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_LOGI(tag, format, ...) ESP_LOG_LEVEL_LOCAL(ESP_LOG_INFO, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_LOGD(tag, format, ...) ESP_LOG_LEVEL_LOCAL(ESP_LOG_DEBUG, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_LOGV(tag, format, ...) ESP_LOG_LEVEL_LOCAL(ESP_LOG_VERBOSE, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_EARLY_LOGE ESP_LOGE
#define ESP_EARLY_LOGW ESP_LOGW
#define ESP_EARLY_LOGI ESP_LOGI
#define ESP_DRAM_LOGE ESP_LOGE
#define ESP_LOG_BUFFER_HEX_LEVEL(tag, buffer, length, level)                                         \
  do {                                                                                               \
    if (LOG_LOCAL_LEVEL >= (level)) esp_log_buffer_hex_internal(tag, buffer, length, level);         \
  } while (0)
#define ESP_LOG_BUFFER_HEX(tag, buffer, length) ESP_LOG_BUFFER_HEX_LEVEL(tag, buffer, length, ESP_LOG_INFO)
#ifdef __cplusplus
}
#endif
