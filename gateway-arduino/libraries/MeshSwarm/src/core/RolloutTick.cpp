// Rollout: what time changes, and whom to announce to.
#include <algorithm>
#include <tuple>

#include "Rollout.h"

namespace meshswarm {

// A receiver repeats a request after 30 s; one that has not done so a round of its own pace later is not at it any more.
Millis Rollout::patience(const Target& target) const {
  if (target.phase != Phase::Downloading || !target.pace.measured()) return limits_.announceEvery;
  const Millis most = limits_.patienceMost - limits_.repeats;
  const Millis wanted = limits_.repeats + target.pace.timeout(0, static_cast<uint32_t>(most));
  return std::max(wanted, limits_.patienceLeast);
}

// A node holds its place among the receivers only while it does something with it.
void Rollout::watch(Target& target, Millis now) {
  const Millis quietSince = std::max(target.askedOnce ? target.askedAt : 0, target.announcedAt);
  const bool quiet = now - quietSince >= patience(target);
  if (target.phase == Phase::Downloading && quiet) {
    move(target, Phase::Waiting, now);  // parts are not forgotten: its next request names the one it needs
  }
  if (target.phase == Phase::Offered && quiet) {
    if (target.announces >= limits_.announces) {
      move(target, Phase::Failed, now, "does not ask for the image");
    } else {
      move(target, Phase::Waiting, now);
    }
  }
}

void Rollout::announceTo(NodeId node, Target& target, Millis now, std::vector<Announce>& out) {
  // Forced only until the image has been sent whole once: a stock receiver flashes at every forced announce.
  out.push_back(Announce{node, update_.force});
  target.announcedAt = now;
  target.announcedOnce = true;
  target.announces++;
  move(target, Phase::Offered, now);
}

void Rollout::announceStrangers(Millis now, std::vector<Announce>& out) {
  for (auto& [id, stranger] : strangers_) {
    if (now - stranger.heardAt > limits_.aliveFor || stranger.announces >= limits_.announces) continue;
    if (stranger.announces > 0 && now - stranger.announcedAt < limits_.announceEvery) continue;
    stranger.announcedAt = now;
    stranger.announces++;
    out.push_back(Announce{id, update_.force});
  }
}

static const int kDeepest = 64;  // a map of parents that goes round in a circle is left after so many steps

int Rollout::depth(NodeId node) const {
  int hops = 0;
  for (auto at = parents_.find(node); at != parents_.end() && hops < kDeepest; at = parents_.find(at->second)) hops++;
  return hops;
}

// Whether what is sent to `node` goes through `other`.
bool Rollout::behind(NodeId node, NodeId other) const {
  int hops = 0;
  for (auto at = parents_.find(node); at != parents_.end() && hops < kDeepest; at = parents_.find(at->second)) {
    if (at->second == other) return true;
    hops++;
  }
  return false;
}

std::vector<Announce> Rollout::tick(Millis now) {
  std::vector<Announce> out;
  if (!active_) return out;
  if (targets_.empty() && now - startedAt_ >= limits_.unclaimed) abandoned_ = true;
  const bool stalled = now - advancedAt_ >= limits_.stall;
  std::vector<NodeId> receiving;
  for (auto& [id, target] : targets_) {
    if (isFinal(target.phase)) continue;
    if (dead(target, now)) {
      move(target, Phase::Failed, now, "not heard for " + std::to_string(silence(target, now) / 60000) + " min");
      continue;
    }
    if (stalled) {
      move(target, Phase::Failed, now, alive(target, now) ? "got no further in time" : "not heard");
      continue;
    }
    watch(target, now);
    if (target.phase == Phase::Offered || target.phase == Phase::Downloading) receiving.push_back(id);
  }
  if (now - startedAt_ < limits_.gather) return out;
  if (receiving.size() < limits_.receivers) announceWaiting(std::move(receiving), now, out);
  announceStrangers(now, out);
  return out;
}

// Fills the places among the receivers that are free.
void Rollout::announceWaiting(std::vector<NodeId> receiving, Millis now, std::vector<Announce>& out) {
  std::vector<std::tuple<int, int, NodeId>> waiting;  // announced to least, farthest out, lowest id
  for (const auto& [id, target] : targets_) {
    const bool offerable = target.phase == Phase::Waiting && alive(target, now) && target.confirm != "pending";
    if (offerable) waiting.emplace_back(target.announces, -depth(id), id);
  }
  std::sort(waiting.begin(), waiting.end());
  for (const auto& entry : waiting) {
    const NodeId node = std::get<NodeId>(entry);
    if (receiving.size() >= limits_.receivers) break;
    const bool inTheWay = std::any_of(receiving.begin(), receiving.end(), [this, node](NodeId other) {
      return behind(node, other) || behind(other, node);
    });
    if (inTheWay) continue;
    announceTo(node, targets_[node], now, out);
    receiving.push_back(node);
  }
}

}  // namespace meshswarm
