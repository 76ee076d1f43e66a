#include "Rollout.h"

#include <algorithm>

#include "Fallback.h"
#include "NodeIds.h"

namespace meshswarm {

const char* phaseStatus(Phase phase) {
  switch (phase) {
    case Phase::Waiting:
    case Phase::Offered: return "pending";
    case Phase::Downloading: return "downloading";
    case Phase::Rebooting:
    case Phase::Unverified: return "rebooting";
    case Phase::Completed: return "completed";
    case Phase::Failed: return "failed";
    case Phase::RolledBack: return "rolled_back";
  }
  return "pending";
}

void Rollout::begin(const OtaUpdate& update, Millis now, bool resumed) {
  update_ = update;
  active_ = true;
  resumed_ = resumed;
  abandoned_ = false;
  startedAt_ = advancedAt_ = now;
  targets_.clear();
  strangers_.clear();
}

void Rollout::expect(const NodeReport& report, Millis heardAt) {
  if (!report.known || !wanted(report)) return;
  heard(report, heardAt);
  targets_[report.node].knownAt = startedAt_;
  advancedAt_ = startedAt_;
}

void Rollout::recall(NodeId node, const std::string& status, uint32_t part) {
  Target& target = targets_[node];
  target.nextPart = target.reportedPart = part;
  target.knownAt = startedAt_;
  for (Phase phase : {Phase::Completed, Phase::Failed, Phase::RolledBack, Phase::Rebooting}) {
    if (status != phaseStatus(phase)) continue;
    target.phase = phase;
    target.dirty = false;
    target.reportedOnce = true;
    // It had been sent the last part before this gateway restarted, so it has restarted by now as well.
    if (phase == Phase::Rebooting) target.ranImage = true;
  }
}

void Rollout::move(Target& target, Phase phase, Millis now, const std::string& error) {
  if (target.phase == phase && target.error == error) return;
  target.phase = phase;
  target.error = error;
  target.dirty = true;
  if (phase != Phase::Waiting && phase != Phase::Offered) advancedAt_ = now;
}

// One transfer came to nothing: offer it anew, or stop trying.
void Rollout::again(Target& target, Phase ifExhausted, Millis now, const std::string& error) {
  target.attempts++;
  target.nextPart = 0;
  target.sentLastAt = 0;
  target.announcedOnce = target.askedOnce = target.ranImage = false;
  target.announces = 0;
  if (target.attempts >= limits_.attempts) {
    move(target, ifExhausted, now, error);
  } else {
    move(target, Phase::Waiting, now);
  }
}

bool Rollout::alive(const Target& target, Millis now) const { return now - target.heardAt <= limits_.aliveFor; }

bool Rollout::dead(const Target& target, Millis now) const {
  return now - std::max(target.heardAt, target.knownAt) >= limits_.dead;
}

Millis Rollout::silence(const Target& target, Millis now) const {
  return now - (target.heardAt != 0 ? target.heardAt : target.knownAt);
}

bool Rollout::asked(NodeId node, const std::string& md5, const std::string& role, const std::string& hardware,
                    uint32_t part, Millis now) {
  if (!active_ || md5 != update_.md5 || role != update_.role || hardware != update_.hardware) return false;
  if (part >= update_.parts()) return false;
  if (targets_.count(node) == 0) {
    if (strangers_.erase(node) == 0) return false;
    targets_[node].legacy = true;
    targets_[node].heardAt = now;
  }
  Target& target = targets_[node];
  if (isFinal(target.phase) || target.confirm == "pending") return false;
  if (target.servedAt != 0) {
    // The part after the last one: that is how long a round takes. The same part again: the answer was lost.
    if (part == target.nextPart && part > 0) target.pace.took(static_cast<uint32_t>(now - target.servedAt));
    if (part + 1 == target.nextPart) target.pace.late();
    target.servedAt = 0;
  }
  target.askedAt = now;
  target.askedOnce = true;
  target.announces = 0;
  move(target, Phase::Downloading, now);
  return true;
}

void Rollout::served(NodeId node, uint32_t part, Millis now) {
  const auto found = targets_.find(node);
  if (found == targets_.end() || isFinal(found->second.phase)) return;
  Target& target = found->second;
  advancedAt_ = now;
  target.nextPart = part + 1;
  target.servedAt = now;
  if (target.nextPart * 10 / update_.parts() != target.reportedPart * 10 / update_.parts()) target.dirty = true;
  if (target.nextPart < update_.parts()) return;
  target.sentLastAt = now;
  move(target, Phase::Rebooting, now);
}

bool Rollout::nextReport(Millis now, ProgressReport& out) {
  for (auto& [id, target] : targets_) {
    if (!target.dirty) continue;
    if (target.reportedOnce && !isFinal(target.phase) && now - target.reportedAt < limits_.reportEvery) continue;
    const bool confirmed = target.phase == Phase::Completed;
    const uint32_t part = confirmed ? update_.parts() : target.nextPart;
    out = ProgressReport{id, target.phase, part, target.version, target.md5, confirmed, target.error};
    return true;
  }
  return false;
}

void Rollout::reported(const ProgressReport& report, Millis now) {
  const auto found = targets_.find(report.node);
  if (found == targets_.end()) return;
  Target& target = found->second;
  target.reportedOnce = true;
  target.reportedAt = now;
  target.reportedPart = report.part;
  if (target.phase == report.phase) target.dirty = false;
}

RolloutCount Rollout::count() const {
  RolloutCount sum;
  sum.targets = targets_.size();
  for (const auto& [id, target] : targets_) {
    sum.completed += target.phase == Phase::Completed;
    sum.unverified += target.phase == Phase::Unverified;
    sum.failed += target.phase == Phase::Failed;
    sum.rolledBack += target.phase == Phase::RolledBack;
  }
  return sum;
}

bool Rollout::finished(Millis now) const {
  if (abandoned_) return true;
  if (!settled(now) || targets_.empty()) return false;
  for (const auto& [id, target] : targets_) {
    if (!isFinal(target.phase) || target.dirty) return false;
  }
  return true;
}

std::string Rollout::summary() const {
  if (targets_.empty()) {
    const std::string who = update_.target.empty() ? "a node of role " + update_.role : "node " + update_.target;
    return "never heard " + who;
  }
  std::string text;
  for (Phase phase : {Phase::RolledBack, Phase::Failed}) {
    std::string names;
    for (const auto& [id, target] : targets_) {
      if (target.phase != phase || names.length() > 160) continue;
      names += (names.empty() ? "" : ", ") + nodeIdHex(id) + (target.error.empty() ? "" : " (" + target.error + ")");
    }
    if (!names.empty()) text += (text.empty() ? "" : "; ") + std::string(phaseStatus(phase)) + ": " + names;
  }
  return text;
}

}  // namespace meshswarm
