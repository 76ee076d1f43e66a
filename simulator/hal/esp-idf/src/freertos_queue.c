// Queues, semaphores and mutexes: one structure, as in FreeRTOS. A semaphore is a queue of items without content.
#include "freertos/queue.h"
#include <stdlib.h>
#include <string.h>
#include "freertos/semphr.h"
#include "freertos_internal.h"
#include "hal_internal.h"

struct QueueDefinition {
  UBaseType_t length, item_size, count, head;
  UBaseType_t waiting; // tasks blocked on it: nobody is woken when there are none
  TaskHandle_t holder; // of a mutex
  UBaseType_t depth;   // of a recursive mutex
  bool mutex, fixed; // fixed: the caller's memory
  uint8_t *items;
};
_Static_assert(sizeof(struct QueueDefinition) <= sizeof(StaticQueue_t), "a queue must fit where the static forms put it");

static void require(const void *handle, const char *function) {
  if (!handle) hal_panic("assert failed: %s queue.c (( pxQueue ))", function);
}

QueueHandle_t xQueueCreate(UBaseType_t length, UBaseType_t item_size) {
  size_t bytes;
  if (length == 0 || __builtin_mul_overflow((size_t)length, (size_t)item_size, &bytes)) return NULL;
  QueueHandle_t q = calloc(1, sizeof *q + bytes);
  if (!q) return NULL;
  q->length = length;
  q->item_size = item_size;
  q->items = (uint8_t *)(q + 1);
  return q;
}
QueueHandle_t xQueueCreateStatic(UBaseType_t length, UBaseType_t item_size, uint8_t *storage, StaticQueue_t *buffer) {
  if (length == 0 || !buffer || (item_size && !storage)) return NULL;
  QueueHandle_t q = (QueueHandle_t)buffer;
  *q = (struct QueueDefinition){.length = length, .item_size = item_size, .fixed = true, .items = storage};
  return q;
}
void vQueueDelete(QueueHandle_t queue) {
  if (queue && !queue->fixed) free(queue);
}

static uint8_t *slot(QueueHandle_t q, UBaseType_t index) { return q->items + (size_t)((q->head + index) % q->length) * q->item_size; }

static bool block(QueueHandle_t q, hal_timeout *timeout) {
  q->waiting++;
  bool again = hal_block(q, timeout);
  q->waiting--;
  return again;
}
static void wake(QueueHandle_t q) {
  if (q->waiting) hal_wake(q);
}

static BaseType_t send(QueueHandle_t q, const void *item, TickType_t ticks, bool front) {
  require(q, "xQueueGenericSend");
  hal_timeout timeout = {.ticks = ticks};
  while (q->count == q->length)
    if (!block(q, &timeout)) return errQUEUE_FULL;
  if (front) q->head = (q->head + q->length - 1) % q->length;
  if (q->item_size) memcpy(slot(q, front ? 0 : q->count), item, q->item_size);
  q->count++;
  wake(q);
  return pdTRUE;
}

static BaseType_t receive(QueueHandle_t q, void *item, TickType_t ticks, bool keep) {
  require(q, "xQueueReceive");
  hal_timeout timeout = {.ticks = ticks};
  while (q->count == 0)
    if (!block(q, &timeout)) return errQUEUE_EMPTY;
  if (q->item_size && item) memcpy(item, slot(q, 0), q->item_size);
  if (keep) return pdTRUE;
  q->head = (q->head + 1) % q->length;
  q->count--;
  wake(q);
  return pdTRUE;
}

BaseType_t xQueueSendToBack(QueueHandle_t q, const void *item, TickType_t ticks) { return send(q, item, ticks, false); }
BaseType_t xQueueSendToFront(QueueHandle_t q, const void *item, TickType_t ticks) { return send(q, item, ticks, true); }
BaseType_t xQueueReceive(QueueHandle_t q, void *item, TickType_t ticks) { return receive(q, item, ticks, false); }
BaseType_t xQueuePeek(QueueHandle_t q, void *item, TickType_t ticks) { return receive(q, item, ticks, true); }
BaseType_t xQueueOverwrite(QueueHandle_t q, const void *item) {
  require(q, "xQueueGenericSend");
  if (q->count == q->length) q->count--; // only meant for queues of length 1
  return send(q, item, 0, false);
}
BaseType_t xQueueReset(QueueHandle_t q) {
  q->count = q->head = 0;
  wake(q);
  return pdPASS;
}
UBaseType_t uxQueueMessagesWaiting(QueueHandle_t q) { return q->count; }
UBaseType_t uxQueueSpacesAvailable(QueueHandle_t q) { return q->length - q->count; }
BaseType_t xQueueSendFromISR(QueueHandle_t q, const void *item, BaseType_t *woken) {
  if (woken) *woken = pdFALSE;
  return send(q, item, 0, false);
}
BaseType_t xQueueReceiveFromISR(QueueHandle_t q, void *item, BaseType_t *woken) {
  if (woken) *woken = pdFALSE;
  return receive(q, item, 0, false);
}

SemaphoreHandle_t xSemaphoreCreateCounting(UBaseType_t max_count, UBaseType_t initial_count) {
  if (initial_count > max_count) return NULL;
  SemaphoreHandle_t s = xQueueCreate(max_count, 0);
  if (s) s->count = initial_count;
  return s;
}
SemaphoreHandle_t xSemaphoreCreateCountingStatic(UBaseType_t max_count, UBaseType_t initial_count, StaticSemaphore_t *buffer) {
  if (initial_count > max_count) return NULL;
  SemaphoreHandle_t s = xQueueCreateStatic(max_count, 0, NULL, buffer);
  if (s) s->count = initial_count;
  return s;
}
SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t *buffer) { return xSemaphoreCreateCountingStatic(1, 0, buffer); }
SemaphoreHandle_t xSemaphoreCreateMutexStatic(StaticSemaphore_t *buffer) {
  SemaphoreHandle_t s = xSemaphoreCreateCountingStatic(1, 1, buffer);
  if (s) s->mutex = true;
  return s;
}
SemaphoreHandle_t xSemaphoreCreateRecursiveMutexStatic(StaticSemaphore_t *buffer) { return xSemaphoreCreateMutexStatic(buffer); }
SemaphoreHandle_t xSemaphoreCreateBinary(void) { return xSemaphoreCreateCounting(1, 0); }
SemaphoreHandle_t xSemaphoreCreateMutex(void) {
  SemaphoreHandle_t s = xSemaphoreCreateCounting(1, 1);
  if (s) s->mutex = true;
  return s;
}
SemaphoreHandle_t xSemaphoreCreateRecursiveMutex(void) { return xSemaphoreCreateMutex(); }
void vSemaphoreDelete(SemaphoreHandle_t s) { vQueueDelete(s); }

BaseType_t xSemaphoreTake(SemaphoreHandle_t s, TickType_t ticks) {
  require(s, "xQueueSemaphoreTake");
  BaseType_t got = receive(s, NULL, ticks, false);
  if (got && s->mutex) s->holder = xTaskGetCurrentTaskHandle();
  return got;
}
BaseType_t xSemaphoreGive(SemaphoreHandle_t s) {
  require(s, "xQueueGenericSend");
  if (s->mutex) {
    if (s->count) return pdFAIL;
    if (s->holder != xTaskGetCurrentTaskHandle())
      hal_panic("assert failed: xTaskPriorityDisinherit tasks.c (pxTCB == pxCurrentTCBs[ xPortGetCoreID() ])");
    s->holder = NULL;
  }
  return send(s, NULL, 0, false);
}
BaseType_t xSemaphoreTakeRecursive(SemaphoreHandle_t s, TickType_t ticks) {
  require(s, "xQueueTakeMutexRecursive");
  if (s->holder != xTaskGetCurrentTaskHandle() && !xSemaphoreTake(s, ticks)) return pdFAIL;
  s->depth++;
  return pdPASS;
}
BaseType_t xSemaphoreGiveRecursive(SemaphoreHandle_t s) {
  require(s, "xQueueGiveMutexRecursive");
  if (s->holder != xTaskGetCurrentTaskHandle()) return pdFAIL;
  if (--s->depth == 0) xSemaphoreGive(s);
  return pdPASS;
}
BaseType_t xSemaphoreTakeFromISR(SemaphoreHandle_t s, BaseType_t *woken) { return xQueueReceiveFromISR(s, NULL, woken); }
BaseType_t xSemaphoreGiveFromISR(SemaphoreHandle_t s, BaseType_t *woken) { return xQueueSendFromISR(s, NULL, woken); }
UBaseType_t uxSemaphoreGetCount(SemaphoreHandle_t s) { return s->count; }
TaskHandle_t xSemaphoreGetMutexHolder(SemaphoreHandle_t s) { return s->holder; }
