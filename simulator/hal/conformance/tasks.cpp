// TaskScheduler as painlessMesh builds it, FreeRTOS, esp_timer.
#include <TaskScheduler.h>
#include <esp_timer.h>
#include <freertos/event_groups.h>
#include <freertos/semphr.h>
#include <painlessTaskOptions.h>
#include "check.h"

static String trace;
static void pass(Scheduler &s, unsigned long ms = 0) {
  if (ms) delay(ms);
  s.execute();
}

static void check_iterations() {
  Scheduler s;
  trace = "";
  Task t(10, 2, [] { trace += 'r'; }, &s, false, [] { return trace += 'e', true; }, [] { trace += 'd'; });
  pass(s);
  equal("task.not.enabled", trace, "");
  t.enable();
  equal("task.enable.calls", trace, "e");
  pass(s);
  equal("task.first.at.once", trace, "er");
  pass(s);
  equal("task.waits", trace, "er");
  pass(s, 11);
  equal("task.second", trace, "err");
  check("task.last", t.isLastIteration() && t.isEnabled());
  pass(s);
  equal("task.disabled.on.next.pass", trace, "errd");
  check("task.is.disabled", !t.isEnabled());
  t.restart();
  pass(s);
  equal("task.restart", trace, "errder");
  t.abort();
  equal("task.abort.silent", trace, "errder");
}

static void check_catch_up() {
  Scheduler s;
  trace = "";
  Task t(10, TASK_FOREVER, [] { trace += 'r'; }, &s, true);
  pass(s);
  delay(35);
  for (int i = 0; i < 6; i++) s.execute();
  equal("task.catches.up", trace, "rrrr");
  t.enableDelayed(20);
  pass(s, 10);
  equal("task.delayed.waits", trace, "rrrr");
  pass(s, 11);
  equal("task.delayed.runs", trace, "rrrrr");
  t.forceNextIteration();
  pass(s);
  equal("task.forced", trace, "rrrrrr");
  check("task.until", s.timeUntilNextIteration(t) > 0 && s.timeUntilNextIteration(t) <= 10);
}

static void check_changes() {
  Scheduler s;
  trace = "";
  Task *self = nullptr;
  Task t(0, 3, [&] {
    trace += 'a';
    self->setCallback([] { trace += 'b'; });
  }, &s, true);
  self = &t;
  for (int i = 0; i < 5; i++) s.execute();
  equal("task.set.callback", trace, "abb");
  {
    Task gone(0, TASK_FOREVER, [] { trace += 'x'; }, &s, true);
    pass(s);
  }
  pass(s);
  equal("task.destroyed", trace, "abbx");
  Task y(0, 1, [&] { y.yieldOnce([] { trace += 'z'; }); }, &s, true);
  for (int i = 0; i < 4; i++) s.execute();
  equal("task.yieldOnce", trace, "abbxz");
  check("task.idle", s.execute());
}

void check_tasks() {
  check_iterations();
  check_catch_up();
  check_changes();
}

static QueueHandle_t queue;
static SemaphoreHandle_t mutex, done;

static void producer(void *argument) {
  for (int i = 0; i < 3; i++) {
    int value = i * static_cast<int>(reinterpret_cast<intptr_t>(argument));
    xQueueSend(queue, &value, portMAX_DELAY);
    vTaskDelay(pdMS_TO_TICKS(10));
  }
  xSemaphoreTake(mutex, portMAX_DELAY);
  trace += 'm';
  xSemaphoreGive(mutex);
  xSemaphoreGive(done);
  vTaskDelete(NULL);
}

void check_rtos() {
  queue = xQueueCreate(2, sizeof(int));
  mutex = xSemaphoreCreateMutex();
  done = xSemaphoreCreateBinary();
  trace = "";
  xSemaphoreTake(mutex, portMAX_DELAY);
  TaskHandle_t handle = nullptr;
  equal("rtos.create", xTaskCreate(producer, "producer", 4096, reinterpret_cast<void *>(7), 1, &handle), pdPASS);
  equal("rtos.name", pcTaskGetName(handle), "producer");
  int value = -1, sum = 0;
  for (int i = 0; i < 3; i++)
    if (xQueueReceive(queue, &value, pdMS_TO_TICKS(1000))) sum += value;
  equal("rtos.queue", sum, 21);
  equal("rtos.queue.timeout", xQueueReceive(queue, &value, 5), pdFALSE);
  delay(50);
  equal("rtos.mutex.blocks", trace, "");
  xSemaphoreGive(mutex);
  equal("rtos.semaphore", xSemaphoreTake(done, pdMS_TO_TICKS(1000)), pdTRUE);
  equal("rtos.mutex.passes", trace, "m");
  delay(5);
  equal("rtos.task.count", uxTaskGetNumberOfTasks(), 2);
  EventGroupHandle_t events = xEventGroupCreate();
  xEventGroupSetBits(events, 5);
  equal("rtos.events", static_cast<long>(xEventGroupWaitBits(events, 4, pdTRUE, pdTRUE, 0)), 5);
  equal("rtos.events.cleared", static_cast<long>(xEventGroupGetBits(events)), 1);
  xTaskNotifyGive(xTaskGetCurrentTaskHandle());
  equal("rtos.notify", static_cast<long>(ulTaskNotifyTake(pdTRUE, 0)), 1);
  esp_timer_handle_t timer;
  esp_timer_create_args_t arguments = {};
  arguments.callback = [](void *p) { ++*static_cast<int *>(p); };
  static int fired = 0;
  arguments.arg = &fired;
  esp_timer_create(&arguments, &timer);
  esp_timer_start_periodic(timer, 10000);
  delay(35);
  equal("timer.periodic", fired, 3);
  esp_timer_stop(timer);
  esp_timer_start_once(timer, 5000);
  equal("timer.start.twice", esp_timer_start_once(timer, 5000), ESP_ERR_INVALID_STATE);
  delay(50);
  equal("timer.once", fired, 4);
  equal("timer.delete", esp_timer_delete(timer), ESP_OK);
  unsigned long before = millis();
  delay(100);
  check("time.delay", millis() - before >= 100 && millis() - before < 105);
  before = micros();
  delayMicroseconds(50);
  check("time.busy.wait", micros() - before >= 50);
}
