// Rollout: what a heartbeat changes.
#include "Fallback.h"
#include "NodeIds.h"
#include "Rollout.h"

namespace meshswarm {

// Whether a node that says it has been up for `upSeconds` started after `moment`. Its clock starts within a few
// seconds of its boot and is rounded down, so the start lies up to a second before what the subtraction gives.
static bool startedAfter(uint32_t upSeconds, Millis now, Millis moment) {
  const Millis up = static_cast<Millis>(upSeconds) * 1000 + 1000;
  return now >= up && now - up >= moment;
}

bool Rollout::wanted(const NodeReport& report) const {
  if (!update_.target.empty() && !namesNode(update_.target, report.node)) return false;
  return report.known ? report.role == update_.role : true;
}

void Rollout::heardStranger(const NodeReport& report, Millis now) {
  const auto found = targets_.find(report.node);
  if (found == targets_.end()) {
    if (strangers_.count(report.node) > 0 || strangers_.size() < 64) strangers_[report.node].heardAt = now;
    return;
  }
  Target& target = found->second;
  target.heardAt = now;
  if (target.phase == Phase::Rebooting && startedAfter(report.upSeconds, now, target.sentLastAt)) {
    move(target, Phase::Unverified, now, "stock node: cannot say what it runs");
  }
}

// A node of this update that now receives for another role, or nothing: somebody has given it another image. The server
// must learn which, or it would only ever see a node that is not heard.
void Rollout::heardAsAnother(Target& target, const NodeReport& report, Millis now) {
  const bool sameImage = target.md5 == report.md5;
  target.dirty = target.dirty || (!sameImage && !isFinal(target.phase));
  target.heardAt = now;
  target.version = report.version;
  target.md5 = report.md5;
  target.confirm = report.confirm;
  if (isFinal(target.phase) || report.md5 == update_.md5) return;
  // After a restart it may come back as before: its heartbeats may begin before its sketch says its role.
  if (target.phase == Phase::Rebooting || (sameImage && report.role.empty())) return;
  const std::string role = report.role.empty() ? "takes no updates" : "is for " + report.role;
  move(target, Phase::Failed, now, "runs another image, which " + role);
}

void Rollout::heard(const NodeReport& report, Millis now) {
  if (!active_) return;
  if (!wanted(report)) {
    const auto ours = targets_.find(report.node);
    if (report.known && ours != targets_.end()) heardAsAnother(ours->second, report, now);
    return;
  }
  if (!report.known) return heardStranger(report, now);
  if (!strangers_.empty()) strangers_.erase(report.node);
  const auto [found, fresh] = targets_.try_emplace(report.node);
  if (fresh) advancedAt_ = now;
  Target& target = found->second;
  target.heardAt = now;
  target.version = report.version;
  target.md5 = report.md5;
  target.confirm = report.confirm;
  if (isFinal(target.phase)) return;
  if (report.hardware != update_.hardware) {
    return move(target, Phase::Failed, now, "the image is for " + update_.hardware + ", not " + report.hardware);
  }
  const bool restarted = target.sentLastAt != 0 && startedAfter(report.upSeconds, now, target.sentLastAt);
  if (report.md5 == update_.md5) {
    heardOnImage(target, report, restarted, now);
  } else {
    heardElsewhere(target, report, restarted, now);
  }
}

// Heard after the last part, and has not restarted: given time, that means its Update refused the image.
void Rollout::notAccepted(Target& target, Millis now) {
  if (now - target.sentLastAt <= limits_.verify) return;
  again(target, Phase::Failed, now, "the node did not accept the image (MD5 or activation)");
}

void Rollout::heardOnImage(Target& target, const NodeReport& report, bool restarted, Millis now) {
  // A forced update of a node that already runs the image is done when it has restarted after the last part.
  if (update_.force && !restarted && !target.ranImage) {
    if (target.phase == Phase::Rebooting) notAccepted(target, now);
    return;
  }
  target.ranImage = true;
  move(target, report.confirm == "pending" ? Phase::Rebooting : Phase::Completed, now);
}

void Rollout::heardElsewhere(Target& target, const NodeReport& report, bool restarted, Millis now) {
  const bool back = restarted || target.ranImage;
  Reason reason = Reason::Crash;
  const bool named = report.fallenMd5 == update_.md5 && reasonFrom(report.fallenWhy, reason);
  if (named && back) {
    if (reason == Reason::Power) return again(target, Phase::RolledBack, now, report.fallenWhy);
    return move(target, Phase::RolledBack, now, report.fallenWhy);
  }
  // A gateway that restarted may have missed the trial of its own offer. A power cut ends no offer, seen or not.
  const bool tried = resumed_ && reason != Reason::Power;
  if (named && target.phase == Phase::Waiting && !target.announcedOnce && !update_.force &&
      (tried || !mayRetry(reason))) {
    return move(target, Phase::RolledBack, now, "rejected before: " + report.fallenWhy);
  }
  if (target.phase == Phase::Rebooting && target.ranImage) {
    return move(target, Phase::RolledBack, now, "came back on another image");
  }
  if (target.phase == Phase::Rebooting && restarted) {
    return again(target, Phase::RolledBack, now, "restarted on the old image");
  }
  if (target.phase == Phase::Rebooting) return notAccepted(target, now);
  if (target.phase == Phase::Downloading && startedAfter(report.upSeconds, now, target.askedAt)) {
    target.nextPart = 0;
    target.announcedOnce = false;
    move(target, Phase::Waiting, now);
  }
}

}  // namespace meshswarm
