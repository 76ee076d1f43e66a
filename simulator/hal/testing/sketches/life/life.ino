// Ends as the line over Serial says. HOOK is how the rollback hook is declared, empty for none.
#include <esp_ota_ops.h>
#include <esp_task_wdt.h>
#include <memory>

#ifdef HOOK
HOOK bool verifyRollbackLater() { return true; }
#endif

struct Base {
  Base() { call(); }
  void call() { pure(); }
  virtual void pure() = 0;
};
struct Derived : Base {
  void pure() override {}
};

static int recurse(volatile int *p, int depth) {
  volatile int frame[64];
  for (auto &word : frame) word = *p;
  return depth == 0 ? frame[0] : recurse(frame, depth - 1) + frame[1];
}

static void deep(void *) {
  volatile int zero = 0;
  recurse(&zero, 10);
  vTaskDelay(1);
  recurse(&zero, 20);
  vTaskDelay(1);
  vTaskDelete(NULL);
}
static void returns(void *) {}

void setup() {
  Serial.begin(115200);
  Serial.println("setup");
  esp_register_shutdown_handler([] { Serial.println("bye"); });
}

void loop() {
  if (!Serial.available()) {
    delay(10);
    return;
  }
  String how = Serial.readStringUntil('\n');
  if (how == "abort") abort();
  if (how == "assert") assert(how == "no");
  if (how == "check") ESP_ERROR_CHECK(ESP_ERR_NO_MEM);
  if (how == "new") Serial.println(reinterpret_cast<uintptr_t>(new char[400000 + how.length()]));
  if (how == "pure") Derived();
  if (how == "overflow") xTaskCreate(deep, "deep", 1024, NULL, 1, NULL);
  if (how == "return") xTaskCreate(returns, "returns", 1024, NULL, 1, NULL);
  if (how == "corrupt") {
    char *volatile p = static_cast<char *>(malloc(8));
    char *volatile q = static_cast<char *>(malloc(8));
    memset(p, 'x', 24);
    free(q);
  }
  if (how == "restart") ESP.restart();
  if (how == "exit") exit(3);
  if (how == "invalid") esp_ota_mark_app_invalid_rollback_and_reboot();
  if (how == "spin") for (volatile int x = 0;; x++) {}
}
