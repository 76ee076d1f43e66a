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
  BaseType_t core; // tskNO_AFFINITY where none was asked for
  uint32_t notify_value;
  bool notified, waiting, dead;
  bool frozen; // vTaskSuspend
  struct {     // waits for these bits; group NULL: released with `seen`
    const void *group;
    uint32_t want, seen;
    bool all, clear;
  } events;
  char name[configMAX_TASK_NAME_LEN];
};

// A timeout in ticks; its end is fixed when a task first blocks, so that a call that need not wait asks no clock.
typedef struct {
  TickType_t ticks;
  double end; // µs since boot, negative = never
  bool fixed;
} hal_timeout;

// Blocks the calling task until something is notified on the channel or the timeout is over; false = it is over.
// A wake-up proves nothing: the caller looks again.
bool hal_block(const void *channel, hal_timeout *timeout);

// The running task.
struct tskTaskControlBlock *hal_current_task(void);
// All tasks, one after another from NULL to NULL.
struct tskTaskControlBlock *hal_next_task(struct tskTaskControlBlock *after);

static inline void hal_wake(const void *channel) { host_task_notify((uint32_t)(uintptr_t)channel); }
