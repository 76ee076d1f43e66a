// Tasks over the host's task imports. The host runs hal_task_entry(id) on a stack of its own.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "freertos_internal.h"
#include "hal_internal.h"

enum { FIRST_ID = 2, STACK_FILL = 0xa5, GUARD_BYTES = 16 };
// C library frames are deeper in a guest than on the chip (printf keeps more on its stack), so every task gets this much
// more than it asked for.
enum { STACK_EXTRA = 4096 };

static struct tskTaskControlBlock loop_task = {.id = 0, .priority = 1, .core = 1, .name = "loopTask"};
static struct tskTaskControlBlock timer_task = {.id = 1, .priority = 22, .core = 0, .name = "esp_timer"};
static struct tskTaskControlBlock *tasks; // created ones, newest first
static uint32_t next_id = FIRST_ID;
static bool in_isr;

static struct tskTaskControlBlock *find(uint32_t id) {
  if (id == 0) return &loop_task;
  if (id == 1) return &timer_task;
  for (struct tskTaskControlBlock *t = tasks; t; t = t->next)
    if (t->id == id) return t;
  return NULL;
}

struct tskTaskControlBlock *hal_current_task(void) { return find(host_task_current()); }
struct tskTaskControlBlock *hal_next_task(struct tskTaskControlBlock *after) {
  if (!after) return &loop_task;
  if (after == &loop_task) return &timer_task;
  return after == &timer_task ? tasks : after->next;
}
static inline struct tskTaskControlBlock *current(void) { return hal_current_task(); }
static struct tskTaskControlBlock *or_current(TaskHandle_t task) { return task ? task : current(); }

static void check_stack(const struct tskTaskControlBlock *t) {
  if (!t || !t->stack) return;
  for (int i = 0; i < GUARD_BYTES; i++)
    if (t->stack[i] != STACK_FILL) hal_panic("***ERROR*** A stack overflow in task %s has been detected.", t->name);
}

// Memory of tasks that deleted themselves is given back by whoever runs next, as the chip's idle task does.
static void reap(void) {
  for (struct tskTaskControlBlock **link = &tasks; *link;) {
    struct tskTaskControlBlock *t = *link;
    if (!t->dead) {
      link = &t->next;
      continue;
    }
    *link = t->next;
    free(t->stack); // and with it the control block
  }
}

bool hal_block(const void *channel, hal_timeout *timeout) {
  if (timeout->ticks == 0) return false;
  check_stack(current());
  bool for_ever = timeout->ticks == portMAX_DELAY;
  if (!for_ever && !timeout->fixed) {
    timeout->end = host_micros() + (double)timeout->ticks * (1e6 / CONFIG_FREERTOS_HZ);
    timeout->fixed = true;
  }
  double left = for_ever ? -1.0 : timeout->end - host_micros();
  if (!for_ever && left <= 0) return false;
  host_task_wait((uint32_t)(uintptr_t)channel, left);
  return true;
}

BaseType_t xTaskCreatePinnedToCore(TaskFunction_t code, const char *name, uint32_t stack_depth, void *parameters,
                                   UBaseType_t priority, TaskHandle_t *created, BaseType_t core) {
  reap();
  // The control block lies above the stack, where an overflow (downwards) does not reach it.
  uint32_t size = ((stack_depth + 15u) & ~15u) + STACK_EXTRA;
  uint8_t *stack = stack_depth < 0x7fff0000u ? aligned_alloc(16, size + sizeof(struct tskTaskControlBlock)) : NULL;
  if (!stack) return errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY;
  memset(stack, STACK_FILL, size);
  struct tskTaskControlBlock *t = (struct tskTaskControlBlock *)(stack + size);
  memset(t, 0, sizeof *t);
  t->code = code;
  t->parameters = parameters;
  t->stack = stack;
  t->stack_size = size;
  t->id = next_id++;
  t->priority = priority < configMAX_PRIORITIES ? priority : configMAX_PRIORITIES - 1;
  t->core = core;
  strncpy(t->name, name ? name : "", sizeof t->name - 1);
  t->next = tasks;
  tasks = t;
  if (created) *created = t; // before it may run
  host_task_create(t->id, (int)t->priority, core == tskNO_AFFINITY ? -1 : core, stack + GUARD_BYTES, size - GUARD_BYTES,
                   t->name, strlen(t->name));
  return pdPASS;
}

BaseType_t xTaskCreate(TaskFunction_t code, const char *name, uint32_t stack_depth, void *parameters,
                       UBaseType_t priority, TaskHandle_t *created) {
  return xTaskCreatePinnedToCore(code, name, stack_depth, parameters, priority, created, tskNO_AFFINITY);
}

// The caller's buffers stay unused: a stack of the chip's size is too small for a guest (STACK_EXTRA).
TaskHandle_t xTaskCreateStaticPinnedToCore(TaskFunction_t code, const char *name, uint32_t stack_depth, void *parameters,
                                           UBaseType_t priority, StackType_t *stack_buffer, StaticTask_t *task_buffer,
                                           BaseType_t core) {
  TaskHandle_t created = NULL;
  if (!stack_buffer || !task_buffer) return NULL;
  xTaskCreatePinnedToCore(code, name, stack_depth, parameters, priority, &created, core);
  return created;
}
TaskHandle_t xTaskCreateStatic(TaskFunction_t code, const char *name, uint32_t stack_depth, void *parameters,
                               UBaseType_t priority, StackType_t *stack_buffer, StaticTask_t *task_buffer) {
  return xTaskCreateStaticPinnedToCore(code, name, stack_depth, parameters, priority, stack_buffer, task_buffer,
                                       tskNO_AFFINITY);
}

void hal_name_main_task(const char *name, int core) {
  strncpy(loop_task.name, name, sizeof loop_task.name - 1);
  loop_task.name[sizeof loop_task.name - 1] = 0;
  loop_task.core = core;
  host_task_main(loop_task.name, strlen(loop_task.name), core);
}

void hal_freertos_run(uint32_t id) {
  struct tskTaskControlBlock *t = find(id);
  if (!t) hal_panic("no task with id %lu", (unsigned long)id);
  t->code(t->parameters);
  check_stack(t);
  printf("E (%lu) FreeRTOS: FreeRTOS Task \"%s\" should not return, Aborting now!\n",
         (unsigned long)(host_micros() / 1000), t->name);
  abort();
}

void vTaskDelete(TaskHandle_t task) {
  struct tskTaskControlBlock *t = or_current(task), *self = current();
  reap();
  if (!t || t->dead) return;
  check_stack(t);
  t->dead = t->id != 1;
  hal_task_wdt_forget(t);
  if (t == self) {
    host_task_exit(t->id);
    for (;;) host_delay(1e6);
  }
  host_task_kill(t->id);
  reap();
}

void vTaskDelay(TickType_t ticks) {
  check_stack(current());
  if (ticks) host_delay((double)ticks * (1e6 / CONFIG_FREERTOS_HZ));
  else host_yield();
  reap();
}

BaseType_t xTaskDelayUntil(TickType_t *previous_wake, TickType_t increment) {
  TickType_t now = xTaskGetTickCount(), wake = *previous_wake + increment;
  *previous_wake = wake;
  int32_t left = (int32_t)(wake - now);
  if (left <= 0) return pdFALSE;
  vTaskDelay((TickType_t)left);
  return pdTRUE;
}

void vTaskYield(void) {
  check_stack(current());
  host_yield();
}
void vTaskSuspendAll(void) {}
BaseType_t xTaskResumeAll(void) { return pdFALSE; }

TickType_t xTaskGetTickCount(void) { return (TickType_t)(uint64_t)(host_micros() * (CONFIG_FREERTOS_HZ / 1e6)); }
TickType_t xTaskGetTickCountFromISR(void) { return xTaskGetTickCount(); }
TaskHandle_t xTaskGetCurrentTaskHandle(void) { return current(); }
TaskHandle_t xTaskGetHandle(const char *name) {
  if (strcmp(name, loop_task.name) == 0) return &loop_task;
  if (strcmp(name, timer_task.name) == 0) return &timer_task;
  for (struct tskTaskControlBlock *t = tasks; t; t = t->next)
    if (!t->dead && strcmp(t->name, name) == 0) return t;
  return NULL;
}
char *pcTaskGetName(TaskHandle_t task) { return or_current(task)->name; }
UBaseType_t uxTaskPriorityGet(TaskHandle_t task) { return or_current(task)->priority; }
void vTaskPrioritySet(TaskHandle_t task, UBaseType_t priority) {
  struct tskTaskControlBlock *t = or_current(task);
  t->priority = priority < configMAX_PRIORITIES ? priority : configMAX_PRIORITIES - 1;
  host_task_priority(t->id, (int)t->priority);
}
BaseType_t xTaskGetCoreID(TaskHandle_t task) { return or_current(task)->core; }
BaseType_t xPortGetCoreID(void) {
  struct tskTaskControlBlock *t = current();
  return t->core == tskNO_AFFINITY ? 0 : t->core;
}

// A suspended task keeps what it waits for; when resumed it goes on as if that had come late.
void vTaskSuspend(TaskHandle_t task) {
  struct tskTaskControlBlock *t = or_current(task);
  if (t->dead || t->frozen) return;
  t->frozen = true;
  host_task_suspend(t->id);
  if (t == current()) host_delay(1);
}
void vTaskResume(TaskHandle_t t) {
  if (!t || t->dead || !t->frozen) return;
  t->frozen = false;
  host_task_resume(t->id);
}
BaseType_t xTaskResumeFromISR(TaskHandle_t t) {
  bool was = t && t->frozen;
  vTaskResume(t);
  return was;
}
eTaskState eTaskGetState(TaskHandle_t t) {
  if (!t) return eInvalid;
  if (t == current()) return eRunning;
  return t->dead ? eDeleted : t->frozen ? eSuspended : eBlocked;
}
BaseType_t xTaskGetSchedulerState(void) { return taskSCHEDULER_RUNNING; }
UBaseType_t uxTaskGetNumberOfTasks(void) {
  UBaseType_t n = 1 + !loop_task.dead;
  for (struct tskTaskControlBlock *t = tasks; t; t = t->next) n += !t->dead;
  return n;
}

// loopTask's C stack lies below the static data and starts as zeros.
extern uint8_t __stack_low __attribute__((weak)), __stack_high __attribute__((weak));

UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t task) {
  struct tskTaskControlBlock *t = or_current(task);
  const uint8_t *low = t->stack, *high = t->stack + t->stack_size;
  uint8_t fill = STACK_FILL;
  if (t->id == 0) low = &__stack_low, high = &__stack_high, fill = 0;
  if (t->id == 1) low = hal_timer_stack, high = hal_timer_stack + hal_timer_stack_size, fill = 0;
  const uint8_t *p = low;
  while (p < high && *p == fill) p++;
  return (UBaseType_t)(p - low);
}

void hal_set_isr(bool inside) { in_isr = inside; }
BaseType_t xPortInIsrContext(void) { return in_isr; }
