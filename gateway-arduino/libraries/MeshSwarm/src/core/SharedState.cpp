#include "SharedState.h"

namespace meshswarm {

const SharedEntry* SharedState::find(const std::string& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

bool SharedState::set(const std::string& key, const std::string& value, NodeId self, Millis now,
                      std::string& oldValue) {
  const auto found = entries_.find(key);
  SharedEntry* existing = found == entries_.end() ? nullptr : &found->second;
  if (existing != nullptr && existing->value == value) return false;
  if (existing == nullptr && entries_.size() >= kMaxKeys) return false;
  oldValue = existing != nullptr ? existing->value : std::string();
  const uint32_t version = existing != nullptr ? existing->version + 1 : 1;
  if (existing == nullptr) existing = &entries_[key];
  *existing = SharedEntry{value, version, self, now};
  return true;
}

Merge SharedState::merge(const std::string& key, const std::string& value, uint32_t version, NodeId origin,
                         Millis now, std::string& oldValue) {
  if (key.empty()) return Merge::Older;
  const auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= kMaxKeys) return Merge::Full;
    oldValue.clear();
    entries_.emplace(key, SharedEntry{value, version, origin, now});
    return value.empty() ? Merge::Adopted : Merge::Changed;
  }
  SharedEntry* existing = &found->second;
  const bool newer = version > existing->version || (version == existing->version && origin < existing->origin);
  if (!newer) return Merge::Older;
  oldValue = existing->value;
  *existing = SharedEntry{value, version, origin, now};
  return oldValue == value ? Merge::Adopted : Merge::Changed;
}

}  // namespace meshswarm
