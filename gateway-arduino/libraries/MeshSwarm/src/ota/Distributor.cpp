// Distributor: what is done next, and looking for work.
#include "Distributor.h"

#include <esp_random.h>

#include "../Store.h"
#include "../net/HttpStatus.h"
#include "OtaUpdateJson.h"

namespace meshswarm {

static RolloutLimits limits() {
  RolloutLimits limits;
  limits.receivers = OTA_MAX_RECEIVERS;
  limits.reportEvery = OTA_REPORT_INTERVAL;
  limits.dead = OTA_DEAD_AFTER;
  return limits;
}

Distributor::Distributor(painlessMesh& mesh, ServerLink& link)
    : mesh_(mesh), link_(link), source_(link), rollout_(limits()), nextPollAt_(OTA_POLL_INTERVAL) {}

void Distributor::enable(bool enable) {
  if (enable) return load();
  rollout_.end();
  source_.release();
  waiting_.clear();
  stage_ = Stage::Idle;
}

void Distributor::load() {
  if (loaded_) return;
  loaded_ = true;
  offers_.parse(Store::get("offers"));
  saved_ = Store::get("update");
}

void Distributor::heard(const NodeReport& report, Millis now) {
  roster_.heard(report, now);
  rollout_.heard(report, now);
}

void Distributor::service(Millis now, bool online) {
  lookAtTree(now);
  for (const Announce& to : rollout_.tick(now)) announce(to);
  const bool reachable = online && link_.configured() && !link_.resting(now);
  if (!reachable) return rollout_.hold(now);
  serveWaiting(now);  // also while reports rest: a node waits for it
  if (now >= restUntil_) step(now);
}

void Distributor::step(Millis now) {
  switch (stage_) {
    case Stage::Checking: return check(now);
    case Stage::Entering: return enter(now);
    case Stage::Rolling: return serviceRollout(now);
    case Stage::Failing: return tellRefusal(now);
    case Stage::Idle: break;
  }
  if (!saved_.empty()) return resume(now);
  if (now < nextPollAt_) return;
  nextPollAt_ = now + OTA_POLL_INTERVAL;
  poll(now);
}

bool Distributor::claim(uint32_t updateId, int& status) {
  status = link_.post(updatePath(updateId, "/start"), "{}");
  return httpSucceeded(status);
}

void Distributor::poll(Millis now) {
  String answer;
  int status = link_.get("/api/v1/ota/updates/pending", &answer);
  const Json list(Json::parse(answer.c_str(), answer.length()));
  serverAnswered_ = serverAnswered_ || (status == 200 && cJSON_IsArray(list.root()));
  if (status != 200 || !cJSON_IsArray(list.root())) {
    nextPollAt_ = now + polls_.failed(esp_random());
    if (nextPollAt_ < now + OTA_POLL_INTERVAL) nextPollAt_ = now + OTA_POLL_INTERVAL;
    OTA_LOG("Poll failed: %d, again in %lu s", status, static_cast<unsigned long>((nextPollAt_ - now) / 1000));
    return;
  }
  polls_.succeeded();
  const cJSON* row = nullptr;
  cJSON_ArrayForEach(row, list.root()) {
    OtaUpdate update;
    if (!readOtaUpdate(row, OTA_PART_SIZE, update)) {
      OTA_LOG("Update %lu cannot be distributed: no role, MD5 or size", static_cast<unsigned long>(update.id));
      continue;
    }
    if (claim(update.id, status)) {
      const Json copy(cJSON_Duplicate(row, true));
      saved_ = copy.print().c_str();
      Store::put("update", saved_);
      resumed_ = disputed_ = false;
      return prepare(update, now, false);
    }
    OTA_LOG("Update %lu not started: %d", static_cast<unsigned long>(update.id), status);
    if (!httpRefused(status)) return;
  }
}

}  // namespace meshswarm
