// esp_timer over the host's alarms: the host calls hal_timer_fire(id) in the esp_timer task.
#include "esp_timer.h"
#include <stdlib.h>
#include "hal_internal.h"
#include "host.h"

struct esp_timer {
  struct esp_timer *next;
  esp_timer_cb_t callback;
  void *arg;
  uint32_t id;
  uint64_t period; // 0 = one shot
  uint64_t expiry;
  bool active;
};
static struct esp_timer *timers;
static uint32_t next_id = 1;

esp_err_t esp_timer_early_init(void) { return ESP_OK; }
esp_err_t esp_timer_init(void) { return ESP_ERR_INVALID_STATE; } // the startup code has done it
esp_err_t esp_timer_deinit(void) { return ESP_ERR_INVALID_STATE; }

int64_t esp_timer_get_time(void) { return (int64_t)host_micros(); }

esp_err_t esp_timer_create(const esp_timer_create_args_t *args, esp_timer_handle_t *out) {
  if (!args || !args->callback || !out) return ESP_ERR_INVALID_ARG;
  struct esp_timer *t = calloc(1, sizeof *t);
  if (!t) return ESP_ERR_NO_MEM;
  t->callback = args->callback;
  t->arg = args->arg;
  t->id = next_id++;
  t->next = timers;
  timers = t;
  *out = t;
  return ESP_OK;
}

static esp_err_t start(struct esp_timer *t, uint64_t us, uint64_t period) {
  if (!t) return ESP_ERR_INVALID_ARG;
  if (t->active) return ESP_ERR_INVALID_STATE;
  t->active = true;
  t->period = period;
  t->expiry = (uint64_t)host_micros() + us;
  host_timer_start(t->id, (double)us, period != 0);
  return ESP_OK;
}
esp_err_t esp_timer_start_once(esp_timer_handle_t t, uint64_t timeout_us) { return start(t, timeout_us, 0); }
esp_err_t esp_timer_start_periodic(esp_timer_handle_t t, uint64_t period) {
  if (period < 50) period = 50; // the shortest that ESP-IDF schedules
  return start(t, period, period);
}
esp_err_t esp_timer_restart(esp_timer_handle_t t, uint64_t timeout_us) {
  if (!t) return ESP_ERR_INVALID_ARG;
  if (!t->active) return ESP_ERR_INVALID_STATE;
  bool periodic = t->period != 0;
  esp_timer_stop(t);
  return periodic ? esp_timer_start_periodic(t, timeout_us) : esp_timer_start_once(t, timeout_us);
}
esp_err_t esp_timer_stop(esp_timer_handle_t t) {
  if (!t) return ESP_ERR_INVALID_ARG;
  if (!t->active) return ESP_ERR_INVALID_STATE;
  t->active = false;
  host_timer_stop(t->id);
  return ESP_OK;
}
esp_err_t esp_timer_delete(esp_timer_handle_t t) {
  if (!t) return ESP_ERR_INVALID_ARG;
  if (t->active) return ESP_ERR_INVALID_STATE;
  for (struct esp_timer **link = &timers; *link; link = &(*link)->next) {
    if (*link != t) continue;
    *link = t->next;
    free(t);
    return ESP_OK;
  }
  return ESP_ERR_INVALID_ARG;
}

void hal_esp_timer_run(uint32_t id) {
  struct esp_timer *t = timers;
  while (t && t->id != id) t = t->next;
  if (!t || !t->active) return; // stopped or deleted between the alarm and now
  if (t->period) t->expiry += t->period;
  else t->active = false;
  t->callback(t->arg);
}

bool esp_timer_is_active(esp_timer_handle_t t) { return t && t->active; }
esp_err_t esp_timer_get_period(esp_timer_handle_t t, uint64_t *period) {
  if (!t || !period) return ESP_ERR_INVALID_ARG;
  *period = t->period;
  return ESP_OK;
}
esp_err_t esp_timer_get_expiry_time(esp_timer_handle_t t, uint64_t *expiry) {
  if (!t || !expiry) return ESP_ERR_INVALID_ARG;
  if (t->period) return ESP_ERR_NOT_SUPPORTED;
  *expiry = t->active ? t->expiry : 0;
  return ESP_OK;
}
int64_t esp_timer_get_next_alarm(void) {
  int64_t next = INT64_MAX;
  for (struct esp_timer *t = timers; t; t = t->next)
    if (t->active && (int64_t)t->expiry < next) next = (int64_t)t->expiry;
  return next;
}
