// The task watchdog's subscribers. The host keeps the deadline: it starts anew whenever all of them have reset.
#include "esp_task_wdt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "hal_internal.h"
#include "host.h"
#include "sdkconfig.h"

#ifndef CONFIG_ESP_TASK_WDT_TIMEOUT_S
#define CONFIG_ESP_TASK_WDT_TIMEOUT_S 5
#endif

struct esp_task_wdt_user_handle_s {
  struct esp_task_wdt_user_handle_s *next;
  TaskHandle_t task; // NULL: a user without a task
  const char *name;
  bool has_reset;
};
typedef struct esp_task_wdt_user_handle_s subscriber;

static subscriber *subscribers;
static bool stopped;
static double timeout_us = CONFIG_ESP_TASK_WDT_TIMEOUT_S * 1e6, deadline;

static esp_err_t configure(const esp_task_wdt_config_t *config) {
  timeout_us = config->timeout_ms * 1e3;
  host_wdt_idle(timeout_us, config->idle_core_mask, config->trigger_panic);
  return ESP_OK;
}

void hal_task_wdt_start(void) {
#if defined(CONFIG_ESP_TASK_WDT_INIT) && CONFIG_ESP_TASK_WDT_INIT
  esp_task_wdt_config_t config = {.timeout_ms = CONFIG_ESP_TASK_WDT_TIMEOUT_S * 1000};
#ifdef CONFIG_ESP_TASK_WDT_CHECK_IDLE_TASK_CPU0
  config.idle_core_mask |= 1;
#endif
#ifdef CONFIG_ESP_TASK_WDT_CHECK_IDLE_TASK_CPU1
  config.idle_core_mask |= 2;
#endif
#ifdef CONFIG_ESP_TASK_WDT_PANIC
  config.trigger_panic = true;
#endif
  configure(&config);
#else
  stopped = true;
  host_wdt_idle(timeout_us, 0, 0);
#endif
}

// Who has not reset goes to the host by name, so that it can print them even while this guest spins.
static void tell(bool again) {
  if (!subscribers || stopped) {
    host_wdt_watch(-1, "", 0);
    return;
  }
  double now = host_micros();
  if (again) deadline = now + timeout_us;
  char names[256];
  int length = 0;
  for (subscriber *s = subscribers; s; s = s->next)
    if (!s->has_reset && length < (int)sizeof names - 32) length += snprintf(names + length, 32, "%s\n", s->name);
  host_wdt_watch(deadline > now ? deadline - now : 0, names, (size_t)length);
}

static esp_err_t feed(subscriber *fed) {
  fed->has_reset = true;
  bool all = true;
  for (subscriber *s = subscribers; s; s = s->next) all = all && s->has_reset;
  if (all)
    for (subscriber *s = subscribers; s; s = s->next) s->has_reset = false;
  tell(all);
  return ESP_OK;
}

static subscriber *of_task(TaskHandle_t task) {
  subscriber *s = subscribers;
  while (s && s->task != task) s = s->next;
  return s;
}

static esp_err_t subscribe(TaskHandle_t task, const char *name, subscriber **out) {
  subscriber *s = calloc(1, sizeof *s);
  if (!s) return ESP_ERR_NO_MEM;
  *s = (subscriber){.next = subscribers, .task = task, .name = name};
  bool first = !subscribers;
  subscribers = s;
  if (out) *out = s;
  s->has_reset = !first; // a newcomer counts as reset in the period under way
  tell(first);
  return ESP_OK;
}

static esp_err_t unsubscribe(subscriber *gone) {
  for (subscriber **link = &subscribers; *link; link = &(*link)->next) {
    if (*link != gone) continue;
    *link = gone->next;
    free(gone);
    tell(false);
    return ESP_OK;
  }
  return ESP_ERR_NOT_FOUND;
}

void hal_task_wdt_forget(struct tskTaskControlBlock *task) {
  subscriber *s = of_task(task);
  if (s) unsubscribe(s);
}

esp_err_t esp_task_wdt_init(const esp_task_wdt_config_t *config) {
  if (!config) return ESP_ERR_INVALID_ARG;
  if (!stopped) return ESP_ERR_INVALID_STATE;
  stopped = false;
  return configure(config);
}
esp_err_t esp_task_wdt_reconfigure(const esp_task_wdt_config_t *config) {
  if (!config) return ESP_ERR_INVALID_ARG;
  if (stopped) return ESP_ERR_INVALID_STATE;
  configure(config);
  tell(true);
  return ESP_OK;
}
esp_err_t esp_task_wdt_deinit(void) {
  if (stopped || subscribers) return ESP_ERR_INVALID_STATE;
  stopped = true;
  host_wdt_idle(timeout_us, 0, 0);
  return ESP_OK;
}
esp_err_t esp_task_wdt_add(TaskHandle_t task) {
  if (stopped) return ESP_ERR_INVALID_STATE;
  if (!task) task = xTaskGetCurrentTaskHandle();
  return of_task(task) ? ESP_ERR_INVALID_ARG : subscribe(task, pcTaskGetName(task), NULL);
}
esp_err_t esp_task_wdt_add_user(const char *name, esp_task_wdt_user_handle_t *out) {
  if (!name || !out) return ESP_ERR_INVALID_ARG;
  return stopped ? ESP_ERR_INVALID_STATE : subscribe(NULL, name, out);
}
esp_err_t esp_task_wdt_reset(void) {
  if (stopped) return ESP_ERR_INVALID_STATE;
  subscriber *s = of_task(xTaskGetCurrentTaskHandle());
  return s ? feed(s) : ESP_ERR_NOT_FOUND;
}
esp_err_t esp_task_wdt_reset_user(esp_task_wdt_user_handle_t user) {
  if (!user) return ESP_ERR_INVALID_ARG;
  return stopped ? ESP_ERR_INVALID_STATE : feed(user);
}
esp_err_t esp_task_wdt_delete(TaskHandle_t task) {
  if (stopped) return ESP_ERR_INVALID_STATE;
  subscriber *s = of_task(task ? task : xTaskGetCurrentTaskHandle());
  return s ? unsubscribe(s) : ESP_ERR_NOT_FOUND;
}
esp_err_t esp_task_wdt_delete_user(esp_task_wdt_user_handle_t user) {
  if (!user) return ESP_ERR_INVALID_ARG;
  return stopped ? ESP_ERR_INVALID_STATE : unsubscribe(user);
}
esp_err_t esp_task_wdt_status(TaskHandle_t task) {
  if (stopped) return ESP_ERR_INVALID_STATE;
  return of_task(task ? task : xTaskGetCurrentTaskHandle()) ? ESP_OK : ESP_ERR_NOT_FOUND;
}
