// Shared by the FreeRTOS sources: the task control block and blocking with a deadline.
#pragma once
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "host.h"

struct tskTaskControlBlock {
  struct tskTaskControlBlock *next;
  TaskFunction_t code;
  void *parameters;
  uint8_t *stack;
  uint32_t stack_size;
  uint32_t id; // the host's name of the task: 0 loopTask, 1 esp_timer, 2… created
  UBaseType_t priority;
  uint32_t notify_value;
  bool notified, waiting, dead;
  char name[configMAX_TASK_NAME_LEN];
};

// Absolute time of a timeout in ticks; negative = never.
static inline double hal_deadline(TickType_t ticks) {
  return ticks == portMAX_DELAY ? -1.0 : host_micros() + (double)ticks * (1e6 / CONFIG_FREERTOS_HZ);
}

// Blocks the calling task until something is notified on the channel or the deadline passes; false = it has passed.
// A wake-up proves nothing: the caller looks again.
bool hal_block(const void *channel, double deadline);

static inline void hal_wake(const void *channel) { host_task_notify((uint32_t)(uintptr_t)channel); }
