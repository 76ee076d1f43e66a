// Task notifications: one value and one flag a task.
#include "freertos_internal.h"

BaseType_t xTaskNotify(TaskHandle_t task, uint32_t value, eNotifyAction action) {
  BaseType_t done = pdPASS;
  switch (action) {
    case eSetBits: task->notify_value |= value; break;
    case eIncrement: task->notify_value++; break;
    case eSetValueWithOverwrite: task->notify_value = value; break;
    case eSetValueWithoutOverwrite:
      if (task->notified) done = pdFAIL;
      else task->notify_value = value;
      break;
    case eNoAction: break;
  }
  task->notified = true;
  if (task->waiting) hal_wake(task);
  return done;
}
BaseType_t xTaskNotifyFromISR(TaskHandle_t task, uint32_t value, eNotifyAction action, BaseType_t *woken) {
  if (woken) *woken = task->waiting;
  return xTaskNotify(task, value, action);
}
void vTaskNotifyGiveFromISR(TaskHandle_t task, BaseType_t *woken) { xTaskNotifyFromISR(task, 0, eIncrement, woken); }

uint32_t ulTaskNotifyTake(BaseType_t clear_on_exit, TickType_t ticks) {
  struct tskTaskControlBlock *t = hal_current_task();
  hal_timeout timeout = {.ticks = ticks};
  t->waiting = true;
  while (t->notify_value == 0 && hal_block(t, &timeout)) {
  }
  t->waiting = false;
  uint32_t value = t->notify_value;
  if (value) t->notify_value = clear_on_exit ? 0 : value - 1;
  t->notified = false;
  return value;
}

BaseType_t xTaskNotifyWait(uint32_t clear_on_entry, uint32_t clear_on_exit, uint32_t *value, TickType_t ticks) {
  struct tskTaskControlBlock *t = hal_current_task();
  hal_timeout timeout = {.ticks = ticks};
  if (!t->notified) t->notify_value &= ~clear_on_entry;
  t->waiting = true;
  while (!t->notified && hal_block(t, &timeout)) {
  }
  t->waiting = false;
  bool got = t->notified;
  if (value) *value = t->notify_value;
  if (got) t->notify_value &= ~clear_on_exit;
  t->notified = false;
  return got ? pdTRUE : pdFALSE;
}

BaseType_t xTaskNotifyAndQuery(TaskHandle_t task, uint32_t value, eNotifyAction action, uint32_t *previous) {
  if (previous) *previous = task->notify_value;
  return xTaskNotify(task, value, action);
}
BaseType_t xTaskNotifyStateClear(TaskHandle_t task) {
  struct tskTaskControlBlock *t = task ? task : hal_current_task();
  bool was = t->notified;
  t->notified = false;
  return was ? pdTRUE : pdFALSE;
}
uint32_t ulTaskNotifyValueClear(TaskHandle_t task, uint32_t bits) {
  struct tskTaskControlBlock *t = task ? task : hal_current_task();
  uint32_t before = t->notify_value;
  t->notify_value &= ~bits;
  return before;
}
