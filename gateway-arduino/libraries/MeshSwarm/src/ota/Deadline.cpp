#include "Deadline.h"

#include <esp_ota_ops.h>
#include <esp_system.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>

#include <atomic>

#include "../MeshSwarmImage.h"
#include "../Store.h"

namespace meshswarm {

static esp_timer_handle_t deadlineTimer = nullptr;
static std::atomic<int64_t> loopPassedAt{0};  // microseconds since boot; 0 = never

static const uint64_t kRecordTimeUs = 3000000;  // how long the record may take before the restart comes anyway

static void restartNow(void*) { esp_restart(); }

static void recordAndRestart(void* why) {
  Store::put("why", static_cast<const char*>(why));
  esp_restart();
}

// Runs in the esp_timer task. NVS may be locked by the very task that hangs, so a task of its own writes the reason and
// a second timer does not wait for it; Trial has written a reason ahead that holds if this one is not stored.
static void onDeadline(void*) {
  const int64_t passed = loopPassedAt.load();
  const int64_t silent = esp_timer_get_time() - passed;
  const bool hangs = passed == 0 || silent > static_cast<int64_t>(MESHSWARM_HANG_AFTER) * 1000;

  esp_timer_create_args_t args = {};
  args.callback = restartNow;
  args.name = "meshswarm-end";
  esp_timer_handle_t timer = nullptr;
  if (esp_timer_create(&args, &timer) != ESP_OK || esp_timer_start_once(timer, kRecordTimeUs) != ESP_OK) esp_restart();

  const char* why = hangs ? "hang" : "no_ack";
  const BaseType_t made = xTaskCreate(recordAndRestart, "meshswarm-why", 4096, const_cast<char*>(why), 5, nullptr);
  if (made != pdPASS) esp_restart();
}

static bool onTrial() {
  esp_ota_img_states_t state;
  const esp_partition_t* running = esp_ota_get_running_partition();
  return running != nullptr && esp_ota_get_state_partition(running, &state) == ESP_OK &&
         state == ESP_OTA_IMG_PENDING_VERIFY;
}

void armDeadline() {
  if (deadlineTimer != nullptr || !onTrial()) return;
  esp_timer_create_args_t args = {};
  args.callback = onDeadline;
  args.name = "meshswarm-trial";
  if (esp_timer_create(&args, &deadlineTimer) != ESP_OK) return;
  esp_timer_start_once(deadlineTimer, static_cast<uint64_t>(imageIdentity().confirmDeadlineMs) * 1000);
}

void disarmDeadline() {
  if (deadlineTimer == nullptr) return;
  esp_timer_stop(deadlineTimer);
  esp_timer_delete(deadlineTimer);
  deadlineTimer = nullptr;
}

bool deadlineArmed() { return deadlineTimer != nullptr; }

// Only a deadline asks: without one no pass of loop() pays for the clock.
void deadlineLoopPassed() {
  if (deadlineTimer == nullptr) return;
  loopPassedAt.store(esp_timer_get_time());
}

}  // namespace meshswarm
