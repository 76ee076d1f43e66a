#include "SharedState.h"

namespace meshswarm {

const SharedEntry* SharedState::find(const std::string& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

bool SharedState::set(const std::string& key, const std::string& value, NodeId self, Millis now,
                      std::string& oldValue) {
  const SharedEntry* existing = find(key);
  if (existing != nullptr && existing->value == value) return false;
  if (existing == nullptr && entries_.size() >= kMaxKeys) return false;
  oldValue = existing != nullptr ? existing->value : std::string();
  const uint32_t version = existing != nullptr ? existing->version + 1 : 1;
  entries_[key] = SharedEntry{value, version, self, now};
  return true;
}

Merge SharedState::merge(const std::string& key, const std::string& value, uint32_t version, NodeId origin,
                         Millis now, std::string& oldValue) {
  if (key.empty()) return Merge::Older;
  const SharedEntry* existing = find(key);
  if (existing == nullptr) {
    if (entries_.size() >= kMaxKeys) return Merge::Full;
    oldValue.clear();
    entries_[key] = SharedEntry{value, version, origin, now};
    return value.empty() ? Merge::Adopted : Merge::Changed;
  }
  const bool newer = version > existing->version || (version == existing->version && origin < existing->origin);
  if (!newer) return Merge::Older;
  oldValue = existing->value;
  entries_[key] = SharedEntry{value, version, origin, now};
  return oldValue == value ? Merge::Adopted : Merge::Changed;
}

}  // namespace meshswarm
