// Distributor: what the server is told while an update is under way. One request a pass at most; what fails is not
// dropped but sent again after a rest, since the rollout itself remembers what the server has not been told.
#include <esp_random.h>

#include "../core/NodeIds.h"
#include "Distributor.h"
#include "../net/HttpStatus.h"
#include "OtaUpdateJson.h"

namespace meshswarm {

void Distributor::fail(Millis now, const char* what, int status) {
  restUntil_ = now + requests_.failed(esp_random());
  rollout_.hold(now);
  OTA_LOG("Server: %s: %d, again in %lu ms", what, status, static_cast<unsigned long>(restUntil_ - now));
}

// Whether the server still has this update in progress. When it cannot be asked, it has.
bool Distributor::stillOurs() {
  String answer;
  const int status = link_.get(updatePath(rollout_.update().id, ""), &answer);
  if (status == 404) return false;
  if (status != 200) return true;
  const Json known(Json::parse(answer.c_str(), answer.length()));
  return known.root() == nullptr || jsonText(known.root(), "status") == "in_progress";
}

void Distributor::serviceRollout(Millis now) {
  if (rollout_.finished(now)) return finish(now);
  serveWaiting(now);
  if (now - claimedAt_ >= OTA_POLL_INTERVAL) return keepClaim(now);
  report(now);
  if (rollout_.active()) source_.readAhead(now);
}

// Every report renews the claim; when there is nothing to report, repeating the start does.
void Distributor::keepClaim(Millis now) {
  int status = 0;
  if (claim(update_.id, status)) {
    claimedAt_ = now;
    requests_.succeeded();
  } else if (httpRefused(status)) {
    end(now, "cancelled, or taken over by another gateway");
  } else {
    fail(now, "start", status);
  }
}

void Distributor::report(Millis now) {
  ProgressReport next;
  if (!rollout_.nextReport(now, next)) return;
  const OtaUpdate& update = rollout_.update();
  const String action = String("/node/") + nodeIdHex(next.node).c_str() + "/progress";
  const int status = link_.post(updatePath(update.id, action), progressJson(next, update.parts()));
  if (httpSucceeded(status)) {
    claimedAt_ = now;
    requests_.succeeded();
    rollout_.reported(next, now);
    return;
  }
  if (!httpRefused(status)) return fail(now, "progress", status);
  OTA_LOG("Server refuses %s of %s: %d", phaseStatus(next.phase), nodeIdHex(next.node).c_str(), status);
  if (!stillOurs()) return end(now, "cancelled, or taken over by another gateway");
  rollout_.reported(next, now);
}

void Distributor::finish(Millis now) {
  const OtaUpdate& update = rollout_.update();
  const RolloutCount count = rollout_.count();
  const bool good = count.completed + count.unverified > 0;
  Json body;
  if (!good) jsonAdd(body.root(), "error_message", rollout_.summary());
  const int status = link_.post(updatePath(update.id, good ? "/complete" : "/fail"), body.print());
  if (!httpSucceeded(status) && !httpRefused(status)) return fail(now, good ? "complete" : "fail", status);
  if (status == 409 && !disputed_) {
    // Another gateway may have reported nodes that never came here: go on with those that the server knows of.
    OTA_LOG("The server does not take the update as finished: asking it for the nodes");
    disputed_ = true;
    rollout_.end();
    stage_ = Stage::Idle;
    return;
  }
  OTA_LOG("Update %lu: %u of %u nodes completed, %u rolled back, %u failed", static_cast<unsigned long>(update.id),
          static_cast<unsigned>(count.completed), static_cast<unsigned>(count.targets),
          static_cast<unsigned>(count.rolledBack), static_cast<unsigned>(count.failed));
  if (good && count.failed + count.rolledBack > 0) OTA_LOG("Not updated: %s", rollout_.summary().c_str());
  end(now, good ? "complete" : rollout_.summary().c_str());
}

}  // namespace meshswarm
