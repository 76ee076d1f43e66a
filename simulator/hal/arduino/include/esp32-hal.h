// The core's C interface (cores/esp32/esp32-hal.h): time, watchdogs, chip figures.
#pragma once
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "esp_attr.h"
#include "esp_err.h"
#include "esp_system.h"
#include "esp_timer.h"
#include "pgmspace.h"
#include "sdkconfig.h"

#ifndef F_CPU
#define F_CPU 240000000L
#endif
#ifndef ARDUINO_BOARD
#define ARDUINO_BOARD "ESP32_DEV"
#endif
#ifndef ARDUINO_VARIANT
#define ARDUINO_VARIANT "esp32"
#endif
#define ARDUINO_ISR_ATTR
#define ARDUINO_ISR_FLAG (0)
#define ARDUINO_RUNNING_CORE CONFIG_ARDUINO_RUNNING_CORE
#define ARDUINO_EVENT_RUNNING_CORE CONFIG_ARDUINO_EVENT_RUNNING_CORE
#define SPIRAM_ATTR

#include "esp32-hal-log.h"
#include "esp32-hal-gpio.h"
#include "esp32-hal-ledc.h"
#include "esp32-hal-adc.h"

#ifdef __cplusplus
extern "C" {
#endif

unsigned long millis(void);
unsigned long micros(void);
void delay(uint32_t ms);
void delayMicroseconds(uint32_t us);
void yield(void);
#define optimistic_yield(u)

// Watchdog of the task that runs loop(): after 5 s without a return from loop(), a panic and a reset.
void enableLoopWDT(void);
void disableLoopWDT(void);
void feedLoopWDT(void);

uint32_t getCpuFrequencyMhz(void);
uint32_t getXtalFrequencyMhz(void);
uint32_t getApbFrequency(void);
bool setCpuFrequencyMhz(uint32_t cpu_freq_mhz);
bool psramInit(void);
bool psramFound(void);
void *ps_malloc(size_t size);
const char *esp_get_idf_version(void);

#ifdef __cplusplus
}
#endif
