// Event loops: a queue of posts, a list of handlers, and a recursive mutex that is held while handlers run, as in the vendor's.
#include "esp_event.h"
#include <stdlib.h>
#include <string.h>
#include "hal_internal.h"
#include "sdkconfig.h"

#ifndef CONFIG_ESP_SYSTEM_EVENT_QUEUE_SIZE
#define CONFIG_ESP_SYSTEM_EVENT_QUEUE_SIZE 32
#endif
#ifndef CONFIG_ESP_SYSTEM_EVENT_TASK_STACK_SIZE
#define CONFIG_ESP_SYSTEM_EVENT_TASK_STACK_SIZE 2304
#endif

typedef struct handler {
  struct handler *next;
  esp_event_base_t base; // NULL: any
  int32_t id;            // ESP_EVENT_ANY_ID: any
  esp_event_handler_t run;
  void *arg;
  bool instance, gone;
} handler;

typedef struct {
  esp_event_base_t base;
  int32_t id;
  void *data;
} post;

typedef struct {
  QueueHandle_t queue;
  SemaphoreHandle_t mutex;
  TaskHandle_t task;
  handler *handlers; // in the order of registration
  bool running;      // a handler is running: removed ones are swept afterwards
} event_loop;

static event_loop *default_loop;

static void serve(void *loop) {
  for (;;) esp_event_loop_run(loop, portMAX_DELAY);
}

esp_err_t esp_event_loop_create(const esp_event_loop_args_t *args, esp_event_loop_handle_t *out) {
  if (!args || !out) return ESP_ERR_INVALID_ARG;
  event_loop *loop = calloc(1, sizeof *loop);
  if (!loop) return ESP_ERR_NO_MEM;
  loop->queue = xQueueCreate((UBaseType_t)args->queue_size, sizeof(post));
  loop->mutex = xSemaphoreCreateRecursiveMutex();
  if (!loop->queue || !loop->mutex) goto failed;
  if (args->task_name && xTaskCreatePinnedToCore(serve, args->task_name, args->task_stack_size, loop, args->task_priority,
                                                 &loop->task, args->task_core_id) != pdPASS)
    goto failed;
  *out = loop;
  return ESP_OK;
failed:
  if (loop->queue) vQueueDelete(loop->queue);
  if (loop->mutex) vSemaphoreDelete(loop->mutex);
  free(loop);
  return ESP_ERR_NO_MEM;
}

esp_err_t esp_event_loop_delete(esp_event_loop_handle_t handle) {
  event_loop *loop = handle;
  if (!loop) return ESP_ERR_INVALID_ARG;
  xSemaphoreTakeRecursive(loop->mutex, portMAX_DELAY);
  if (loop->task) vTaskDelete(loop->task);
  while (loop->handlers) {
    handler *h = loop->handlers;
    loop->handlers = h->next;
    free(h);
  }
  post left;
  while (xQueueReceive(loop->queue, &left, 0) == pdTRUE) free(left.data);
  vQueueDelete(loop->queue);
  vSemaphoreDelete(loop->mutex);
  free(loop);
  return ESP_OK;
}

static void sweep(event_loop *loop) {
  for (handler **link = &loop->handlers; *link;) {
    handler *h = *link;
    if (!h->gone) {
      link = &h->next;
      continue;
    }
    *link = h->next;
    free(h);
  }
}

// 0: any base; 1: the base, any id; 2: this very event.
static int level(const handler *h) { return !h->base ? 0 : h->id == ESP_EVENT_ANY_ID ? 1 : 2; }

static void dispatch(event_loop *loop, const post *event) {
  xSemaphoreTakeRecursive(loop->mutex, portMAX_DELAY);
  bool outer = !loop->running;
  loop->running = true;
  for (int at = 0; at < 3; at++) {
    for (handler *h = loop->handlers; h; h = h->next) {
      if (h->gone || level(h) != at || (at >= 1 && h->base != event->base) || (at == 2 && h->id != event->id)) continue;
      h->run(h->arg, event->base, event->id, event->data);
    }
  }
  if (outer) {
    loop->running = false;
    sweep(loop);
  }
  xSemaphoreGiveRecursive(loop->mutex);
}

esp_err_t esp_event_loop_run(esp_event_loop_handle_t handle, TickType_t ticks) {
  event_loop *loop = handle;
  if (!loop) return ESP_ERR_INVALID_ARG;
  TickType_t end = xTaskGetTickCount() + ticks, left = ticks;
  post event;
  while (xQueueReceive(loop->queue, &event, left) == pdTRUE) {
    dispatch(loop, &event);
    free(event.data);
    if (ticks == portMAX_DELAY) continue;
    int32_t rest = (int32_t)(end - xTaskGetTickCount());
    if (rest <= 0) break;
    left = (TickType_t)rest;
  }
  return ESP_OK;
}

static esp_err_t add(event_loop *loop, esp_event_base_t base, int32_t id, esp_event_handler_t run, void *arg,
                     esp_event_handler_instance_t *instance, bool as_instance) {
  if (!loop || !run || (!base && id != ESP_EVENT_ANY_ID)) return ESP_ERR_INVALID_ARG;
  esp_err_t err = ESP_OK;
  xSemaphoreTakeRecursive(loop->mutex, portMAX_DELAY);
  handler **end = &loop->handlers;
  for (; *end; end = &(*end)->next) {
    handler *h = *end;
    if (as_instance || h->instance || h->gone || h->base != base || h->id != id || h->run != run) continue;
    h->arg = arg;
    goto done;
  }
  handler *h = calloc(1, sizeof *h);
  if (!h) {
    err = ESP_ERR_NO_MEM;
    goto done;
  }
  *h = (handler){.base = base, .id = id, .run = run, .arg = arg, .instance = as_instance};
  *end = h;
  if (instance) *instance = h;
done:
  xSemaphoreGiveRecursive(loop->mutex);
  return err;
}

static esp_err_t take(event_loop *loop, esp_event_base_t base, int32_t id, esp_event_handler_t run,
                      esp_event_handler_instance_t instance) {
  if (!loop || (!base && id != ESP_EVENT_ANY_ID)) return ESP_ERR_INVALID_ARG;
  esp_err_t err = ESP_ERR_NOT_FOUND;
  xSemaphoreTakeRecursive(loop->mutex, portMAX_DELAY);
  for (handler *h = loop->handlers; h && err; h = h->next) {
    bool same = instance ? h == instance : !h->instance && h->run == run;
    if (h->gone || !same || h->base != base || h->id != id) continue;
    h->gone = true;
    err = ESP_OK;
  }
  if (!loop->running) sweep(loop);
  xSemaphoreGiveRecursive(loop->mutex);
  return err;
}

esp_err_t esp_event_handler_register_with(esp_event_loop_handle_t loop, esp_event_base_t base, int32_t id,
                                          esp_event_handler_t run, void *arg) {
  return add(loop, base, id, run, arg, NULL, false);
}
esp_err_t esp_event_handler_instance_register_with(esp_event_loop_handle_t loop, esp_event_base_t base, int32_t id,
                                                   esp_event_handler_t run, void *arg,
                                                   esp_event_handler_instance_t *instance) {
  return add(loop, base, id, run, arg, instance, true);
}
esp_err_t esp_event_handler_unregister_with(esp_event_loop_handle_t loop, esp_event_base_t base, int32_t id,
                                            esp_event_handler_t run) {
  return run ? take(loop, base, id, run, NULL) : ESP_ERR_INVALID_ARG;
}
esp_err_t esp_event_handler_instance_unregister_with(esp_event_loop_handle_t loop, esp_event_base_t base, int32_t id,
                                                     esp_event_handler_instance_t instance) {
  return instance ? take(loop, base, id, NULL, instance) : ESP_ERR_INVALID_ARG;
}
esp_err_t esp_event_post_to(esp_event_loop_handle_t handle, esp_event_base_t base, int32_t id, const void *data,
                            size_t size, TickType_t ticks) {
  event_loop *loop = handle;
  if (!loop || !base || id == ESP_EVENT_ANY_ID) return ESP_ERR_INVALID_ARG;
  post event = {.base = base, .id = id};
  if (data && size) {
    event.data = malloc(size);
    if (!event.data) return ESP_ERR_NO_MEM;
    memcpy(event.data, data, size);
  }
  // A loop that waits for room in its own queue would wait for itself.
  if (loop->task && loop->task == xTaskGetCurrentTaskHandle()) ticks = 0;
  if (xQueueSendToBack(loop->queue, &event, ticks) == pdTRUE) return ESP_OK;
  free(event.data);
  return ESP_ERR_TIMEOUT;
}

// ---- the default loop ----

esp_err_t esp_event_loop_create_default(void) {
  if (default_loop) return ESP_ERR_INVALID_STATE;
  esp_event_loop_args_t args = {.queue_size = CONFIG_ESP_SYSTEM_EVENT_QUEUE_SIZE,
                                .task_name = "sys_evt",
                                .task_priority = 20,
                                .task_stack_size = CONFIG_ESP_SYSTEM_EVENT_TASK_STACK_SIZE,
                                .task_core_id = 0};
  return esp_event_loop_create(&args, (esp_event_loop_handle_t *)&default_loop);
}
esp_err_t esp_event_loop_delete_default(void) {
  if (!default_loop) return ESP_ERR_INVALID_STATE;
  event_loop *loop = default_loop;
  default_loop = NULL;
  return esp_event_loop_delete(loop);
}
bool hal_event_wanted(const char *base) {
  for (handler *h = default_loop ? default_loop->handlers : NULL; h; h = h->next)
    if (!h->gone && (!h->base || h->base == base)) return true;
  return false;
}
#define WITH_DEFAULT(call) (default_loop ? (call) : ESP_ERR_INVALID_STATE)
esp_err_t esp_event_handler_register(esp_event_base_t base, int32_t id, esp_event_handler_t run, void *arg) {
  return WITH_DEFAULT(esp_event_handler_register_with(default_loop, base, id, run, arg));
}
esp_err_t esp_event_handler_instance_register(esp_event_base_t base, int32_t id, esp_event_handler_t run, void *arg,
                                              esp_event_handler_instance_t *instance) {
  return WITH_DEFAULT(esp_event_handler_instance_register_with(default_loop, base, id, run, arg, instance));
}
esp_err_t esp_event_handler_unregister(esp_event_base_t base, int32_t id, esp_event_handler_t run) {
  return WITH_DEFAULT(esp_event_handler_unregister_with(default_loop, base, id, run));
}
esp_err_t esp_event_handler_instance_unregister(esp_event_base_t base, int32_t id, esp_event_handler_instance_t instance) {
  return WITH_DEFAULT(esp_event_handler_instance_unregister_with(default_loop, base, id, instance));
}
esp_err_t esp_event_post(esp_event_base_t base, int32_t id, const void *data, size_t size, TickType_t ticks) {
  return WITH_DEFAULT(esp_event_post_to(default_loop, base, id, data, size, ticks));
}
