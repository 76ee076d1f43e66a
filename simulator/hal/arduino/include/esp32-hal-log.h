// log_e … log_v (cores/esp32/esp32-hal-log.h): "[ 1234][E][file.cpp:12] function(): text" on UART0.
// CORE_DEBUG_LEVEL is a compile-time level; the core's default is 0 (nothing) unless the board menu raises it.
#pragma once
#include <stdarg.h>
#include <stdint.h>
#include "esp_log.h"
#include "sdkconfig.h"
#ifdef __cplusplus
extern "C" {
#endif
#define ARDUHAL_LOG_LEVEL_NONE (0)
#define ARDUHAL_LOG_LEVEL_ERROR (1)
#define ARDUHAL_LOG_LEVEL_WARN (2)
#define ARDUHAL_LOG_LEVEL_INFO (3)
#define ARDUHAL_LOG_LEVEL_DEBUG (4)
#define ARDUHAL_LOG_LEVEL_VERBOSE (5)
#ifndef CORE_DEBUG_LEVEL
#define CORE_DEBUG_LEVEL 0
#endif
#define ARDUHAL_LOG_LEVEL CORE_DEBUG_LEVEL

const char *pathToFileName(const char *path);
int log_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int log_printfv(const char *format, va_list arg);
void log_print_buf(const uint8_t *b, size_t len);

#define ARDUHAL_LOG_LINE(letter, format, ...)                                                                   \
  log_printf("[%6lu][" #letter "][%s:%u] %s(): " format "\r\n", (unsigned long)(esp_timer_get_time() / 1000ULL), \
             pathToFileName(__FILE__), __LINE__, __FUNCTION__ __VA_OPT__(, ) __VA_ARGS__)
#if ARDUHAL_LOG_LEVEL >= ARDUHAL_LOG_LEVEL_ERROR
#define log_e(format, ...) ARDUHAL_LOG_LINE(E, format __VA_OPT__(, ) __VA_ARGS__)
#else
#define log_e(format, ...) do { } while (0)
#endif
#if ARDUHAL_LOG_LEVEL >= ARDUHAL_LOG_LEVEL_WARN
#define log_w(format, ...) ARDUHAL_LOG_LINE(W, format __VA_OPT__(, ) __VA_ARGS__)
#else
#define log_w(format, ...) do { } while (0)
#endif
#if ARDUHAL_LOG_LEVEL >= ARDUHAL_LOG_LEVEL_INFO
#define log_i(format, ...) ARDUHAL_LOG_LINE(I, format __VA_OPT__(, ) __VA_ARGS__)
#else
#define log_i(format, ...) do { } while (0)
#endif
#if ARDUHAL_LOG_LEVEL >= ARDUHAL_LOG_LEVEL_DEBUG
#define log_d(format, ...) ARDUHAL_LOG_LINE(D, format __VA_OPT__(, ) __VA_ARGS__)
#else
#define log_d(format, ...) do { } while (0)
#endif
#if ARDUHAL_LOG_LEVEL >= ARDUHAL_LOG_LEVEL_VERBOSE
#define log_v(format, ...) ARDUHAL_LOG_LINE(V, format __VA_OPT__(, ) __VA_ARGS__)
#else
#define log_v(format, ...) do { } while (0)
#endif
#define log_n(format, ...) ARDUHAL_LOG_LINE(E, format __VA_OPT__(, ) __VA_ARGS__)
#ifdef __cplusplus
}
#endif
