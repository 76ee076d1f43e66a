// FreeRTOS types and port macros of ESP-IDF's kernel, as far as firmware uses them. One tick is a millisecond, as
// Arduino-ESP32 configures it. A guest runs one task at a time and switches only inside blocking calls, so critical
// sections need no lock.
#pragma once
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "esp_attr.h"
#include "esp_bit_defs.h"
#include "sdkconfig.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef int BaseType_t;
typedef unsigned int UBaseType_t;
typedef uint32_t TickType_t;
typedef uint8_t StackType_t;

#define configTICK_RATE_HZ ((TickType_t)CONFIG_FREERTOS_HZ)
#define configMAX_PRIORITIES 25
#define configMINIMAL_STACK_SIZE 768
#define configMAX_TASK_NAME_LEN CONFIG_FREERTOS_MAX_TASK_NAME_LEN
#define configNUM_CORES CONFIG_FREERTOS_NUMBER_OF_CORES
#define portNUM_PROCESSORS CONFIG_FREERTOS_NUMBER_OF_CORES
#define portMAX_DELAY ((TickType_t)0xffffffffUL)
#define portTICK_PERIOD_MS ((TickType_t)1000 / configTICK_RATE_HZ)
#define pdMS_TO_TICKS(ms) ((TickType_t)(((TickType_t)(ms) * (TickType_t)configTICK_RATE_HZ) / (TickType_t)1000U))
#define pdTICKS_TO_MS(ticks) ((TickType_t)((uint64_t)(ticks) * 1000 / configTICK_RATE_HZ))
#define pdFALSE ((BaseType_t)0)
#define pdTRUE ((BaseType_t)1)
#define pdPASS (pdTRUE)
#define pdFAIL (pdFALSE)
#define errQUEUE_EMPTY ((BaseType_t)0)
#define errQUEUE_FULL ((BaseType_t)0)
#define errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY (-1)
#define tskNO_AFFINITY ((BaseType_t)0x7FFFFFFF)
#define configSTACK_DEPTH_TYPE uint32_t
#define configTIMER_TASK_PRIORITY 1
#define configASSERT(expression) assert(expression)

// Room that the static forms ask for. Of tasks nothing stands in it; queues and the like do.
typedef struct { void *reserved[44]; } StaticTask_t;
typedef struct { void *reserved[20]; } StaticQueue_t;
typedef StaticQueue_t StaticSemaphore_t;
typedef struct { void *reserved[4]; } StaticEventGroup_t;
typedef struct { void *reserved[12]; } StaticTimer_t;

typedef struct {
  uint32_t owner, count;
} portMUX_TYPE;
#define portMUX_INITIALIZER_UNLOCKED {0, 0}
#define portMUX_INITIALIZE(mux) ((void)(mux))
#define portENTER_CRITICAL(mux) ((void)(mux))
#define portEXIT_CRITICAL(mux) ((void)(mux))
#define portENTER_CRITICAL_ISR(mux) ((void)(mux))
#define portEXIT_CRITICAL_ISR(mux) ((void)(mux))
#define taskENTER_CRITICAL(mux) ((void)(mux))
#define taskEXIT_CRITICAL(mux) ((void)(mux))
#define portYIELD_FROM_ISR(...) ((void)0)
#define portDISABLE_INTERRUPTS() ((void)0)
#define portENABLE_INTERRUPTS() ((void)0)
BaseType_t xPortGetCoreID(void);
BaseType_t xPortInIsrContext(void);

#ifdef __cplusplus
}
#endif
