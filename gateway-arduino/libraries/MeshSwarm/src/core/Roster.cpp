#include "Roster.h"

#include <iterator>

namespace meshswarm {

void Roster::heard(const NodeReport& report, Millis now) {
  const auto found = entries_.find(report.node);
  if (report.role.empty()) {
    if (found == entries_.end()) return;
    // The same image without its role: its heartbeats have begun before its sketch has said it. Any other takes no updates.
    if (found->second.report.md5 != report.md5) {
      entries_.erase(found);
    } else {
      found->second.heardAt = now;
    }
    return;
  }
  if (found != entries_.end()) {
    found->second = Entry{report, now};
    return;
  }
  if (entries_.size() >= kMost) forgetBefore(now);
  if (entries_.size() < kMost) entries_.emplace(report.node, Entry{report, now});
}

void Roster::forgetBefore(Millis moment) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const bool late = moment > memory_ && entry->second.heardAt < moment - memory_;
    entry = late ? entries_.erase(entry) : std::next(entry);
  }
}

const std::map<NodeId, Roster::Entry>& Roster::at(Millis moment) {
  forgetBefore(moment);
  return entries_;
}

}  // namespace meshswarm
