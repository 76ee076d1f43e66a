// Event groups. What a task waits for stands in its control block, so that setting bits releases all whom they satisfy
// before any of them clears a bit, and a deleted task is forgotten.
#include "freertos/event_groups.h"
#include <stdlib.h>
#include "freertos_internal.h"

struct EventGroupDef_t {
  EventBits_t bits;
  bool fixed; // the caller's memory
};
enum { USABLE = 0x00ffffff };

EventGroupHandle_t xEventGroupCreate(void) { return calloc(1, sizeof(struct EventGroupDef_t)); }
EventGroupHandle_t xEventGroupCreateStatic(StaticEventGroup_t *buffer) {
  EventGroupHandle_t group = (EventGroupHandle_t)buffer;
  if (group) *group = (struct EventGroupDef_t){.fixed = true};
  return group;
}
void vEventGroupDelete(EventGroupHandle_t group) {
  for (struct tskTaskControlBlock *t = hal_next_task(NULL); t; t = hal_next_task(t)) {
    if (t->events.group != group) continue;
    t->events.group = NULL; // released with no bits
    t->events.seen = 0;
  }
  hal_wake(group);
  if (group && !group->fixed) free(group);
}

static bool satisfied(EventBits_t have, EventBits_t want, BaseType_t all) {
  return all ? (have & want) == want : (have & want) != 0;
}

EventBits_t xEventGroupWaitBits(EventGroupHandle_t group, EventBits_t bits, BaseType_t clear_on_exit,
                                BaseType_t wait_for_all, TickType_t ticks) {
  EventBits_t before = group->bits;
  if (satisfied(before, bits, wait_for_all)) {
    if (clear_on_exit) group->bits &= ~bits;
    return before;
  }
  if (ticks == 0) return before;
  struct tskTaskControlBlock *self = hal_current_task();
  self->events.group = group;
  self->events.want = bits;
  self->events.all = wait_for_all;
  self->events.clear = clear_on_exit;
  hal_timeout timeout = {.ticks = ticks};
  while (self->events.group && hal_block(group, &timeout)) {
  }
  if (!self->events.group) return self->events.seen;
  self->events.group = NULL;
  return group->bits;
}

EventBits_t xEventGroupSetBits(EventGroupHandle_t group, EventBits_t bits) {
  group->bits |= bits & USABLE;
  EventBits_t clear = 0;
  bool woken = false;
  for (struct tskTaskControlBlock *t = hal_next_task(NULL); t; t = hal_next_task(t)) {
    if (t->events.group != group || !satisfied(group->bits, t->events.want, t->events.all)) continue;
    t->events.group = NULL;
    t->events.seen = group->bits;
    if (t->events.clear) clear |= t->events.want;
    woken = true;
  }
  if (woken) hal_wake(group);
  group->bits &= ~clear;
  return group->bits;
}
EventBits_t xEventGroupClearBits(EventGroupHandle_t group, EventBits_t bits) {
  EventBits_t before = group->bits;
  group->bits &= ~bits;
  return before;
}
EventBits_t xEventGroupGetBits(EventGroupHandle_t group) { return group->bits; }
EventBits_t xEventGroupSync(EventGroupHandle_t group, EventBits_t set, EventBits_t wait_for, TickType_t ticks) {
  EventBits_t with = group->bits | set;
  xEventGroupSetBits(group, set);
  if ((with & wait_for) == wait_for) {
    group->bits &= ~wait_for;
    return with;
  }
  return xEventGroupWaitBits(group, wait_for, pdTRUE, pdTRUE, ticks);
}
BaseType_t xEventGroupSetBitsFromISR(EventGroupHandle_t group, EventBits_t bits, BaseType_t *woken) {
  if (woken) *woken = pdFALSE;
  xEventGroupSetBits(group, bits);
  return pdPASS;
}
