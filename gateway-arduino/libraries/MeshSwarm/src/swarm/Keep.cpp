// MeshSwarm: shared values that a node keeps in NVS over restarts and updates.
#include "../MeshSwarm.h"
#include "../SwarmParts.h"

using namespace meshswarm;

bool MeshSwarm::persistState(const String& name) {
  const std::string key = name.c_str();
  KeptKeys& kept = parts_->kept;
  if (key.empty() || kept.contains(key)) return !key.empty();
  if (kept.nameTaken(key)) {
    MESH_LOG_ERROR("State %s cannot be kept: its name in NVS is that of another key", key.c_str());
    return false;
  }
  kept.add(key);
  std::string stored, oldValue;
  SharedEntry entry;
  if (parseKept(Store::get(keptName(key).c_str()), stored, entry) && stored == key) {
    const Merge merge = parts_->state.merge(key, entry.value, entry.version, entry.origin, nowMs(), oldValue);
    if (merge == Merge::Changed) {
      STATE_LOG("%s = %s (kept)", key.c_str(), entry.value.c_str());
      triggerWatchers(name, entry.value.c_str(), oldValue.c_str());
    }
    if (merge != Merge::Older) return true;
  }
  if (parts_->state.find(key) != nullptr) kept.changed(key);
  return true;
}

void MeshSwarm::writeKept(bool all) {
  if (!parts_->kept.waiting()) return;
  std::string key;
  while (parts_->kept.next(nowMs(), all, key)) {
    const SharedEntry* entry = parts_->state.find(key);
    if (entry == nullptr || Store::put(keptName(key).c_str(), keptText(key, *entry))) continue;
    MESH_LOG_WARN("State %s could not be written to NVS", key.c_str());
    if (all) continue;
    parts_->kept.changed(key);  // again after the usual time
    return;
  }
}
