// FreeRTOS as an ESP-IDF app sees it. Every check is one line, PASS or FAIL.
#include <stdio.h>
#include <string.h>
#include "esp_log.h"
#include "freertos/FreeRTOS.h"
#include "freertos/event_groups.h"
#include "freertos/queue.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "freertos/timers.h"

static int checks, failures;
static void check(int ok, const char *what) {
  checks++;
  failures += !ok;
  printf("%s %s\n", ok ? "PASS" : "FAIL", what);
}
#define CHECK(condition) check(condition, #condition)

static char order[32];
static void note(char c) {
  size_t n = strlen(order);
  if (n + 1 < sizeof order) order[n] = c;
}
static void clear(void) { memset(order, 0, sizeof order); }

static SemaphoreHandle_t gate;
static void contender(void *name) {
  xSemaphoreTake(gate, portMAX_DELAY);
  note(*(const char *)name);
  xSemaphoreGive(gate);
  vTaskDelete(NULL);
}
static void sleeper(void *name) {
  vTaskDelay(10);
  note(*(const char *)name);
  vTaskDelete(NULL);
}

static void riser(void *priority) {
  vTaskPrioritySet(NULL, (UBaseType_t)(uintptr_t)priority);
  CHECK(uxTaskPriorityGet(NULL) == (UBaseType_t)(uintptr_t)priority);
  vTaskDelay(10);
  note(*pcTaskGetName(NULL));
  vTaskDelete(NULL);
}

static void priorities(void) {
  clear();
  // All three become ready at the same tick: the highest priority goes first, whoever was created first.
  xTaskCreate(sleeper, "low", 2048, "l", 2, NULL);
  xTaskCreate(sleeper, "high", 2048, "h", 9, NULL);
  xTaskCreate(sleeper, "mid", 2048, "m", 5, NULL);
  vTaskDelay(50);
  CHECK(strcmp(order, "hml") == 0);

  clear();
  gate = xSemaphoreCreateMutex();
  xSemaphoreTake(gate, 0);
  xTaskCreate(contender, "low", 2048, "l", 2, NULL);
  xTaskCreate(contender, "mid", 2048, "m", 5, NULL);
  xTaskCreate(contender, "high", 2048, "h", 9, NULL);
  vTaskDelay(5);
  xSemaphoreGive(gate);
  vTaskDelay(5);
  CHECK(strcmp(order, "hml") == 0);
  vSemaphoreDelete(gate);

  // Started in this order; they raise themselves, and wake at the same instant.
  clear();
  xTaskCreate(riser, "l", 2048, (void *)3, 2, NULL);
  xTaskCreate(riser, "h", 2048, (void *)9, 2, NULL);
  xTaskCreate(riser, "m", 2048, (void *)5, 2, NULL);
  vTaskDelay(50);
  CHECK(strcmp(order, "hml") == 0);
}

static volatile int ticks_seen;
static void counter(void *unused) {
  (void)unused;
  for (;;) {
    ticks_seen++;
    vTaskDelay(1);
  }
}
static void suspension(void) {
  TaskHandle_t task;
  ticks_seen = 0;
  xTaskCreate(counter, "counter", 2048, NULL, 5, &task);
  vTaskDelay(20);
  CHECK(ticks_seen > 10);
  vTaskSuspend(task);
  CHECK(eTaskGetState(task) == eSuspended);
  int at = ticks_seen;
  vTaskDelay(20);
  CHECK(ticks_seen == at);
  vTaskResume(task);
  vTaskDelay(20);
  CHECK(ticks_seen > at + 10);
  vTaskDelete(task);
  at = ticks_seen;
  vTaskDelay(20);
  CHECK(ticks_seen == at);
}
static void self_suspending(void *unused) {
  (void)unused;
  note('1');
  vTaskSuspend(NULL);
  note('2');
  vTaskDelete(NULL);
}
static void self_suspension(void) {
  TaskHandle_t task;
  clear();
  xTaskCreate(self_suspending, "self", 2048, NULL, 5, &task);
  vTaskDelay(20);
  CHECK(strcmp(order, "1") == 0);
  vTaskResume(task);
  vTaskDelay(20);
  CHECK(strcmp(order, "12") == 0);
}

static EventGroupHandle_t events;
static void waiter(void *name) {
  EventBits_t seen = xEventGroupWaitBits(events, 3, pdTRUE, pdTRUE, portMAX_DELAY);
  if ((seen & 3) == 3) note(*(const char *)name);
  vTaskDelete(NULL);
}
static void syncer(void *bit) {
  EventBits_t mine = (EventBits_t)(uintptr_t)bit;
  if ((xEventGroupSync(events, mine, 0x70, 1000) & 0x70) == 0x70) note('s');
  vTaskDelete(NULL);
}
static void event_groups(void) {
  clear();
  static StaticEventGroup_t memory;
  events = xEventGroupCreateStatic(&memory);
  xTaskCreate(waiter, "w1", 2048, "a", 5, NULL);
  xTaskCreate(waiter, "w2", 2048, "b", 5, NULL);
  vTaskDelay(2);
  xEventGroupSetBits(events, 1);
  vTaskDelay(2);
  CHECK(order[0] == 0);
  xEventGroupSetBits(events, 2);
  vTaskDelay(2);
  CHECK(strlen(order) == 2); // both, although the first clears the bits
  CHECK(xEventGroupGetBits(events) == 0);
  CHECK(xEventGroupWaitBits(events, 8, pdFALSE, pdFALSE, 5) == 0);
  clear();
  xTaskCreate(syncer, "s1", 2048, (void *)0x10, 5, NULL);
  xTaskCreate(syncer, "s2", 2048, (void *)0x20, 5, NULL);
  vTaskDelay(5);
  CHECK((xEventGroupSync(events, 0x40, 0x70, 100) & 0x70) == 0x70);
  vTaskDelay(5);
  CHECK(strcmp(order, "ss") == 0);
}

static void notified(void *unused) {
  (void)unused;
  uint32_t value = 0;
  CHECK(xTaskNotifyWait(0, 0xffffffff, &value, 1000) == pdTRUE && value == 0x11);
  CHECK(ulTaskNotifyTake(pdTRUE, 1000) == 2);
  CHECK(ulTaskNotifyTake(pdTRUE, 5) == 0);
  vTaskDelete(NULL);
}
static void notifications(void) {
  TaskHandle_t task;
  uint32_t before = 7;
  xTaskCreate(notified, "notified", 3072, NULL, 5, &task);
  vTaskDelay(2);
  xTaskNotify(task, 0x01, eSetBits);
  xTaskNotify(task, 0x10, eSetBits);
  vTaskDelay(2);
  xTaskNotifyGive(task);
  CHECK(xTaskNotifyAndQuery(task, 0, eIncrement, &before) == pdPASS && before == 1);
  vTaskDelay(20);
}

static int fired;
static TickType_t fired_at[4];
static void on_timer(TimerHandle_t timer) {
  if (fired < 4) fired_at[fired] = xTaskGetTickCount();
  fired++;
  *(int *)pvTimerGetTimerID(timer) += 1;
}
static void pended(void *where, uint32_t value) { *(uint32_t *)where = value; }
static void software_timers(void) {
  int count = 0;
  static StaticTimer_t memory;
  TimerHandle_t once = xTimerCreateStatic("once", 10, pdFALSE, &count, on_timer, &memory);
  TimerHandle_t every = xTimerCreate("every", 25, pdTRUE, &count, on_timer);
  CHECK(once && every && !xTimerIsTimerActive(once));
  TickType_t start = xTaskGetTickCount();
  xTimerStart(every, 0);
  xTimerStart(once, 0);
  CHECK(xTimerIsTimerActive(once));
  vTaskDelay(60);
  CHECK(fired == 3 && count == 3);
  CHECK(fired_at[0] - start == 10 && fired_at[1] - start == 25 && fired_at[2] - start == 50);
  CHECK(!xTimerIsTimerActive(once) && xTimerIsTimerActive(every));
  xTimerStop(every, 0);
  vTaskDelay(60);
  CHECK(fired == 3);
  xTimerChangePeriod(once, 5, 0);
  vTaskDelay(10);
  CHECK(fired == 4);
  uint32_t where = 0;
  CHECK(xTimerPendFunctionCall(pended, &where, 42, 0) == pdPASS);
  vTaskDelay(1);
  CHECK(where == 42);
  CHECK(strcmp(pcTimerGetName(every), "every") == 0 && xTimerGetPeriod(every) == 25);
  xTimerDelete(every, 0);
  vTaskDelay(2);
}

static void static_forms(void) {
  static StaticTask_t tcb;
  static StackType_t stack[2048];
  static StaticQueue_t queue_memory;
  static uint8_t storage[4 * sizeof(int)];
  QueueHandle_t queue = xQueueCreateStatic(4, sizeof(int), storage, &queue_memory);
  int in = 5, out = 0;
  CHECK(queue && xQueueSend(queue, &in, 0) && xQueueReceive(queue, &out, 0) && out == 5);
  vQueueDelete(queue);
  static StaticSemaphore_t mutex_memory;
  SemaphoreHandle_t mutex = xSemaphoreCreateRecursiveMutexStatic(&mutex_memory);
  CHECK(xSemaphoreTakeRecursive(mutex, 0) && xSemaphoreTakeRecursive(mutex, 0));
  CHECK(xSemaphoreGiveRecursive(mutex) && xSemaphoreGiveRecursive(mutex) && !xSemaphoreGiveRecursive(mutex));
  clear();
  CHECK(xTaskCreateStatic(sleeper, "static", sizeof stack, "x", 3, stack, &tcb) != NULL);
  vTaskDelay(20);
  CHECK(strcmp(order, "x") == 0);
}

void app_main(void) {
  CHECK(strcmp(pcTaskGetName(NULL), "main") == 0);
  CHECK(xPortGetCoreID() == 0);
  CHECK(uxTaskPriorityGet(NULL) == 1);
  priorities();
  suspension();
  self_suspension();
  event_groups();
  notifications();
  software_timers();
  static_forms();
  printf("DONE %d checks, %d failures\n", checks, failures);
}
