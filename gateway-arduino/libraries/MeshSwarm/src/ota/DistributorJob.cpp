// Distributor: one update from its claim to the start of its rollout, and its end.
#include "../Store.h"
#include "../net/HttpStatus.h"
#include "Distributor.h"
#include "OtaUpdateJson.h"

namespace meshswarm {

// After a restart: the server still holds the job as ours, and knows how far each node had come.
void Distributor::resume(Millis now) {
  const Json row(Json::parse(saved_.c_str(), saved_.length()));
  OtaUpdate update;
  int status = 0;
  if (!readOtaUpdate(row.root(), OTA_PART_SIZE, update)) return end(now, "its record is damaged");
  if (!claim(update.id, status)) {
    if (httpRefused(status)) return end(now, "the server no longer holds it as ours");
    return fail(now, "start", status);
  }
  resumed_ = true;
  prepare(update, now, jsonFlag(row.root(), "checked"));
}

void Distributor::prepare(const OtaUpdate& update, Millis now, bool checked) {
  update_ = update;
  preparedAt_ = claimedAt_ = now;
  requests_.succeeded();
  restUntil_ = 0;
  source_.select(update);
  check_.begin(update);
  stage_ = checked || !update.checkable() ? Stage::Entering : Stage::Checking;
  if (!update.checkable()) OTA_LOG("Update %lu has no sha256: its image is not checked", static_cast<unsigned long>(update.id));
}

// One part a pass: the mesh goes on in between.
void Distributor::check(Millis now) {
  if (now - claimedAt_ >= OTA_POLL_INTERVAL) return keepClaim(now);
  int status = 0;
  switch (check_.step(source_, status)) {
    case CheckStep::More: requests_.succeeded(); return;
    case CheckStep::Again:
      source_.forget();
      OTA_LOG("The image's SHA-256 is %s, not as announced: read once more", check_.found().c_str());
      return;
    case CheckStep::Later: return fail(now, "image", status);
    case CheckStep::Missing: return refuse(now, "the image cannot be fetched: HTTP " + String(status));
    case CheckStep::Bad:
      return refuse(now, String("the image's SHA-256 is ") + check_.found().c_str() + ", the server announced " +
                             update_.sha256.c_str());
    case CheckStep::Good: break;
  }
  const Json row(Json::parse(saved_.c_str(), saved_.length()));
  cJSON_AddTrueToObject(row.root(), "checked");
  saved_ = row.print().c_str();
  Store::put("update", saved_);
  OTA_LOG("SHA-256 of the image is as announced");
  stage_ = Stage::Entering;
}

void Distributor::refuse(Millis now, const String& why) {
  refusal_ = why;
  stage_ = Stage::Failing;
  tellRefusal(now);
}

void Distributor::tellRefusal(Millis now) {
  Json body;
  jsonAdd(body.root(), "error_message", refusal_);
  const int status = link_.post(updatePath(update_.id, "/fail"), body.print());
  if (!httpSucceeded(status) && !httpRefused(status)) return fail(now, "fail", status);
  end(now, refusal_.c_str());
}

void Distributor::enter(Millis now) {
  if (!resumed_) return begin(now);
  String answer;
  const int status = link_.get(updatePath(update_.id, ""), &answer);
  const Json known(Json::parse(answer.c_str(), answer.length()));
  if (status != 200 || known.root() == nullptr) return fail(now, "state of the update", status);
  begin(now);
  const cJSON* node = nullptr;
  cJSON_ArrayForEach(node, cJSON_GetObjectItemCaseSensitive(known.root(), "nodes")) {
    const NodeId id = static_cast<NodeId>(strtoul(jsonText(node, "node_id").c_str(), nullptr, 16));
    rollout_.recall(id, jsonText(node, "status"), jsonNumber(node, "current_part"));
  }
}

void Distributor::begin(Millis now) {
  const OtaUpdate& update = update_;
  // Whatever was offered before stops here: one rollout, one handler, and the handler serves this image only.
  rollout_.begin(update, now, resumed_);
  for (const auto& [id, last] : roster_.at(preparedAt_)) rollout_.expect(last.report, last.heardAt);
  stage_ = Stage::Rolling;
  lookAgainAt_ = now;
  waiting_.clear();
  if (offers_.add(update.md5)) Store::put("offers", offers_.text());
  requests_.succeeded();
  if (!sending_) {
    sending_ = true;  // painlessMesh keeps every handler for ever and asks them all
    mesh_.initOTASend(
        [this](painlessmesh::plugin::ota::DataRequest request, char* buffer) { return serve(request, buffer); },
        OTA_PART_SIZE);
  }
  OTA_LOG("%s update %lu: %s %s, %lu parts%s", resumed_ ? "Resuming" : "Starting",
          static_cast<unsigned long>(update.id), update.role.c_str(), update.version.c_str(),
          static_cast<unsigned long>(update.parts()), update.force ? ", forced" : "");
}

void Distributor::end(Millis now, const char* why) {
  OTA_LOG("Update ended: %s", why);
  rollout_.end();
  source_.release();
  waiting_.clear();
  stage_ = Stage::Idle;
  saved_.clear();
  Store::remove("update");
  requests_.succeeded();
  restUntil_ = 0;
  nextPollAt_ = now;
}

}  // namespace meshswarm
