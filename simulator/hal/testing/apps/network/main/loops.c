// Event loops: order of handlers, copies of data, instances, unregistering from within, full queues, loops without a task.
#include <string.h>
#include "check.h"
#include "esp_event.h"

ESP_EVENT_DEFINE_BASE(PUMP_EVENT);
ESP_EVENT_DEFINE_BASE(OTHER_EVENT);
enum { PUMP_ON = 1, PUMP_OFF = 2 };

static char order[32];
static int last;
static void note(void *name, esp_event_base_t base, int32_t id, void *data) {
  (void)base, (void)id;
  if (strlen(order) + 1 < sizeof order) strcat(order, name);
  if (data) last = *(int *)data;
}
static esp_event_loop_handle_t loop;
static void once(void *name, esp_event_base_t base, int32_t id, void *data) {
  note(name, base, id, data);
  CHECK(esp_event_handler_unregister_with(loop, base, id, once) == ESP_OK);
  CHECK(esp_event_post_to(loop, OTHER_EVENT, 7, NULL, 0, 0) == ESP_OK); // from within a handler
}

void event_loops(void) {
  CHECK(esp_event_post(PUMP_EVENT, PUMP_ON, NULL, 0, 0) == ESP_ERR_INVALID_STATE); // no default loop yet
  esp_event_loop_args_t args = {.queue_size = 4, .task_name = "pumps", .task_priority = 3, .task_stack_size = 3072};
  CHECK(esp_event_loop_create(&args, &loop) == ESP_OK);
  esp_event_handler_instance_t first, second;
  esp_event_handler_register_with(loop, PUMP_EVENT, PUMP_ON, note, "c");
  esp_event_handler_register_with(loop, PUMP_EVENT, ESP_EVENT_ANY_ID, note, "b");
  esp_event_handler_register_with(loop, ESP_EVENT_ANY_BASE, ESP_EVENT_ANY_ID, note, "a");
  CHECK(esp_event_handler_register_with(loop, ESP_EVENT_ANY_BASE, 3, note, "x") == ESP_ERR_INVALID_ARG);
  esp_event_handler_register_with(loop, PUMP_EVENT, PUMP_ON, note, "C"); // replaces the argument
  esp_event_handler_instance_register_with(loop, PUMP_EVENT, PUMP_ON, note, "1", &first);
  esp_event_handler_instance_register_with(loop, PUMP_EVENT, PUMP_ON, note, "2", &second);
  int value = 41;
  CHECK(esp_event_post_to(loop, PUMP_EVENT, PUMP_ON, &value, sizeof value, 0) == ESP_OK);
  value = 0; // the post has its copy
  vTaskDelay(2);
  CHECK(strcmp(order, "abC12") == 0 && last == 41);
  CHECK(esp_event_handler_instance_unregister_with(loop, PUMP_EVENT, PUMP_ON, first) == ESP_OK);
  CHECK(esp_event_handler_instance_unregister_with(loop, PUMP_EVENT, PUMP_ON, first) == ESP_ERR_NOT_FOUND);
  esp_event_handler_register_with(loop, PUMP_EVENT, PUMP_OFF, once, "o");
  order[0] = 0;
  esp_event_post_to(loop, PUMP_EVENT, PUMP_OFF, NULL, 0, 0);
  esp_event_post_to(loop, PUMP_EVENT, PUMP_OFF, NULL, 0, 0);
  vTaskDelay(2);
  CHECK(strcmp(order, "aboaba") == 0);
  CHECK(esp_event_loop_delete(loop) == ESP_OK);

  args.task_name = NULL;
  CHECK(esp_event_loop_create(&args, &loop) == ESP_OK);
  esp_event_handler_register_with(loop, PUMP_EVENT, PUMP_ON, note, "n");
  order[0] = 0;
  for (int i = 0; i < 4; i++) CHECK(esp_event_post_to(loop, PUMP_EVENT, PUMP_ON, NULL, 0, 0) == ESP_OK);
  CHECK(esp_event_post_to(loop, PUMP_EVENT, PUMP_ON, NULL, 0, 2) == ESP_ERR_TIMEOUT);
  CHECK(order[0] == 0);
  esp_event_loop_run(loop, 5);
  CHECK(strcmp(order, "nnnn") == 0);
  CHECK(esp_event_loop_delete(loop) == ESP_OK);
}
