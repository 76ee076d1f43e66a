// Software timers: a service task sleeps until the earliest expiry and runs callbacks in the order of their times.
#include "freertos/timers.h"
#include <stdlib.h>
#include <string.h>
#include "freertos_internal.h"
#include "hal_internal.h"

struct tmrTimerControl {
  struct tmrTimerControl *next; // of all timers, in the order of creation
  const char *name;
  TimerCallbackFunction_t callback;
  void *id;
  TickType_t period;
  double due; // µs since boot
  bool active, reload, fixed, deleted;
};
typedef struct pended {
  struct pended *next;
  PendedFunction_t function;
  void *parameter1;
  uint32_t parameter2;
} pended;

_Static_assert(sizeof(struct tmrTimerControl) <= sizeof(StaticTimer_t), "a timer must fit where the static form puts it");
enum { SERVICE_STACK = 2048 };
static const double TICK_US = 1e6 / CONFIG_FREERTOS_HZ;
static struct tmrTimerControl *timers;
static pended *calls;
static TaskHandle_t service;
static uint8_t changed; // its address is what the service task waits on

static struct tmrTimerControl *earliest(void) {
  struct tmrTimerControl *first = NULL;
  for (struct tmrTimerControl *t = timers; t; t = t->next)
    if (t->active && (!first || t->due < first->due)) first = t;
  return first;
}

static void reap(void) {
  for (struct tmrTimerControl **link = &timers; *link;) {
    struct tmrTimerControl *t = *link;
    if (!t->deleted) {
      link = &t->next;
      continue;
    }
    *link = t->next;
    if (!t->fixed) free(t);
  }
}

static void run_calls(void) {
  while (calls) {
    pended *call = calls;
    calls = call->next;
    call->function(call->parameter1, call->parameter2);
    free(call);
  }
}

static void serve(void *unused) {
  (void)unused;
  for (;;) {
    run_calls();
    reap();
    struct tmrTimerControl *t = earliest();
    double left = t ? t->due - host_micros() : -1.0;
    if (!t || left > 0) {
      host_task_wait((uint32_t)(uintptr_t)&changed, left);
      continue;
    }
    if (t->reload) t->due += t->period * TICK_US;
    else t->active = false;
    t->callback(t);
  }
}

// The task is made when firmware makes its first timer: an app without timers does not pay for it.
static bool ready(void) {
  return service || xTaskCreatePinnedToCore(serve, "Tmr Svc", SERVICE_STACK, NULL, configTIMER_TASK_PRIORITY, &service, 0) == pdPASS;
}

static TimerHandle_t set_up(struct tmrTimerControl *t, const char *name, TickType_t period, BaseType_t reload, void *id,
                            TimerCallbackFunction_t callback) {
  *t = (struct tmrTimerControl){.name = name, .callback = callback, .id = id, .period = period, .reload = reload != pdFALSE};
  struct tmrTimerControl **end = &timers;
  while (*end) end = &(*end)->next;
  *end = t;
  return t;
}
TimerHandle_t xTimerCreate(const char *name, TickType_t period, BaseType_t auto_reload, void *id,
                           TimerCallbackFunction_t callback) {
  if (period == 0 || !callback || !ready()) return NULL;
  struct tmrTimerControl *t = malloc(sizeof *t);
  return t ? set_up(t, name, period, auto_reload, id, callback) : NULL;
}
TimerHandle_t xTimerCreateStatic(const char *name, TickType_t period, BaseType_t auto_reload, void *id,
                                 TimerCallbackFunction_t callback, StaticTimer_t *buffer) {
  if (period == 0 || !callback || !buffer || !ready()) return NULL;
  TimerHandle_t t = set_up((struct tmrTimerControl *)buffer, name, period, auto_reload, id, callback);
  t->fixed = true;
  return t;
}

BaseType_t xTimerStart(TimerHandle_t t, TickType_t ticks) {
  (void)ticks;
  t->due = host_micros() + t->period * TICK_US;
  t->active = true;
  hal_wake(&changed);
  return pdPASS;
}
BaseType_t xTimerStop(TimerHandle_t t, TickType_t ticks) {
  (void)ticks;
  t->active = false;
  return pdPASS;
}
BaseType_t xTimerReset(TimerHandle_t t, TickType_t ticks) { return xTimerStart(t, ticks); }
BaseType_t xTimerChangePeriod(TimerHandle_t t, TickType_t period, TickType_t ticks) {
  if (period == 0) hal_panic("assert failed: xTimerGenericCommand timers.c (period > 0)");
  t->period = period;
  return xTimerStart(t, ticks);
}
BaseType_t xTimerDelete(TimerHandle_t t, TickType_t ticks) {
  (void)ticks;
  t->active = false;
  t->deleted = true;
  hal_wake(&changed);
  return pdPASS;
}
BaseType_t xTimerStartFromISR(TimerHandle_t t, BaseType_t *woken) {
  if (woken) *woken = pdFALSE;
  return xTimerStart(t, 0);
}
BaseType_t xTimerStopFromISR(TimerHandle_t t, BaseType_t *woken) {
  if (woken) *woken = pdFALSE;
  return xTimerStop(t, 0);
}
BaseType_t xTimerResetFromISR(TimerHandle_t t, BaseType_t *woken) { return xTimerStartFromISR(t, woken); }
BaseType_t xTimerChangePeriodFromISR(TimerHandle_t t, TickType_t period, BaseType_t *woken) {
  if (woken) *woken = pdFALSE;
  return xTimerChangePeriod(t, period, 0);
}
BaseType_t xTimerIsTimerActive(TimerHandle_t t) { return t->active; }
void *pvTimerGetTimerID(TimerHandle_t t) { return t->id; }
void vTimerSetTimerID(TimerHandle_t t, void *id) { t->id = id; }
const char *pcTimerGetName(TimerHandle_t t) { return t->name; }
TickType_t xTimerGetPeriod(TimerHandle_t t) { return t->period; }
TickType_t xTimerGetExpiryTime(TimerHandle_t t) { return (TickType_t)(uint64_t)(t->due / TICK_US); }
void vTimerSetReloadMode(TimerHandle_t t, BaseType_t auto_reload) { t->reload = auto_reload != pdFALSE; }
BaseType_t xTimerGetReloadMode(TimerHandle_t t) { return t->reload; }
TaskHandle_t xTimerGetTimerDaemonTaskHandle(void) { return ready() ? service : NULL; }

BaseType_t xTimerPendFunctionCall(PendedFunction_t function, void *parameter1, uint32_t parameter2, TickType_t ticks) {
  (void)ticks;
  pended *call = ready() ? malloc(sizeof *call) : NULL;
  if (!call) return pdFAIL;
  *call = (pended){NULL, function, parameter1, parameter2};
  pended **end = &calls;
  while (*end) end = &(*end)->next;
  *end = call;
  hal_wake(&changed);
  return pdPASS;
}
