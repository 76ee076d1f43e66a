#include "freertos/event_groups.h"
#include <stdlib.h>
#include "freertos_internal.h"

struct EventGroupDef_t {
  EventBits_t bits;
};

EventGroupHandle_t xEventGroupCreate(void) { return calloc(1, sizeof(struct EventGroupDef_t)); }
void vEventGroupDelete(EventGroupHandle_t group) { free(group); }

static bool satisfied(EventBits_t have, EventBits_t want, BaseType_t all) {
  return all ? (have & want) == want : (have & want) != 0;
}

EventBits_t xEventGroupWaitBits(EventGroupHandle_t group, EventBits_t bits, BaseType_t clear_on_exit,
                                BaseType_t wait_for_all, TickType_t ticks) {
  hal_timeout timeout = {.ticks = ticks};
  while (!satisfied(group->bits, bits, wait_for_all) && hal_block(group, &timeout)) {
  }
  EventBits_t seen = group->bits;
  if (clear_on_exit && satisfied(seen, bits, wait_for_all)) group->bits &= ~bits;
  return seen;
}
EventBits_t xEventGroupSetBits(EventGroupHandle_t group, EventBits_t bits) {
  group->bits |= bits & 0x00ffffffu;
  hal_wake(group);
  return group->bits;
}
EventBits_t xEventGroupClearBits(EventGroupHandle_t group, EventBits_t bits) {
  EventBits_t before = group->bits;
  group->bits &= ~bits;
  return before;
}
EventBits_t xEventGroupGetBits(EventGroupHandle_t group) { return group->bits; }
BaseType_t xEventGroupSetBitsFromISR(EventGroupHandle_t group, EventBits_t bits, BaseType_t *woken) {
  if (woken) *woken = pdFALSE;
  xEventGroupSetBits(group, bits);
  return pdPASS;
}
