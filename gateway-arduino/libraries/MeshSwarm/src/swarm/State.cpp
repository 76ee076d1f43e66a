// MeshSwarm: shared state (messages of type 2, 3 and 4).
#include "../MeshSwarm.h"
#include "../SwarmParts.h"
#include "../core/NodeIds.h"

using namespace meshswarm;

static void addEntry(cJSON* object, const std::string& key, const SharedEntry& entry) {
  jsonAdd(object, "k", key);
  jsonAdd(object, "v", entry.value);
  jsonAdd(object, "ver", static_cast<double>(entry.version));
  jsonAdd(object, "org", static_cast<double>(entry.origin));
}

bool MeshSwarm::changeState(const String& key, const String& value) {
  std::string oldValue;
  if (!parts_->state.set(key.c_str(), value.c_str(), id_, nowMs(), oldValue)) return false;
  parts_->kept.changed(key.c_str());
  triggerWatchers(key, value, oldValue.c_str());
  broadcastState(key.c_str());
  return true;
}

bool MeshSwarm::setState(const String& key, const String& value) {
  const bool changed = changeState(key, value);
  if (changed) telemetryAfterChange();
  return changed;
}

bool MeshSwarm::setStates(std::initializer_list<std::pair<String, String>> states) {
  bool changed = false;
  for (const auto& [key, value] : states) changed = changeState(key, value) || changed;
  if (changed) telemetryAfterChange();
  return changed;
}

String MeshSwarm::getState(const String& key, const String& defaultVal) {
  const SharedEntry* entry = parts_->state.find(key.c_str());
  return entry != nullptr ? String(entry->value.c_str()) : defaultVal;
}

size_t MeshSwarm::stateCount() const { return parts_->state.entries().size(); }

std::vector<String> MeshSwarm::stateLines(size_t most) const {
  std::vector<String> lines;
  for (const auto& [key, entry] : parts_->state.entries()) {
    if (lines.size() >= most) break;
    lines.push_back(String(key.c_str()) + "=" + entry.value.c_str());
  }
  return lines;
}

void MeshSwarm::watchState(const String& key, StateCallback callback) {
  watchers_[key].push_back(std::move(callback));
}

void MeshSwarm::triggerWatchers(const String& key, const String& value, const String& oldValue) {
  for (const String& name : {key, String("*")}) {
    const auto found = watchers_.find(name);
    if (found == watchers_.end()) continue;
    // A watcher may add watchers: no iterator is kept over the call, and those added now wait for the next change.
    const size_t count = found->second.size();
    for (size_t i = 0; i < count; i++) {
      const StateCallback callback = found->second[i];
      callback(key, value, oldValue);
    }
  }
}

void MeshSwarm::broadcastState(const std::string& key) {
  const SharedEntry* entry = parts_->state.find(key);
  if (entry == nullptr) return;
  Json data;
  addEntry(data.root(), key, *entry);
  mesh_.sendBroadcast(swarmMessage(MSG_STATE_SET, name_, data));
}

void MeshSwarm::broadcastFullState() {
  if (parts_->state.entries().empty()) return;
  Json data;
  cJSON* list = cJSON_AddArrayToObject(data.root(), "s");
  for (const auto& [key, entry] : parts_->state.entries()) {
    cJSON* item = cJSON_CreateObject();
    addEntry(item, key, entry);
    cJSON_AddItemToArray(list, item);
  }
  mesh_.sendBroadcast(swarmMessage(MSG_STATE_SYNC, name_, data));
}

void MeshSwarm::requestStateSync() {
  Json data;
  jsonAdd(data.root(), "req", 1.0);
  mesh_.sendBroadcast(swarmMessage(MSG_STATE_REQ, name_, data));
}

void MeshSwarm::handleStateSet(uint32_t from, const void* entry) {
  const cJSON* data = static_cast<const cJSON*>(entry);
  const std::string key = jsonText(data, "k");
  const std::string value = jsonText(data, "v");
  const uint32_t version = jsonNumber(data, "ver");
  const uint32_t origin = jsonNumber(data, "org", from);
  std::string oldValue;
  switch (parts_->state.merge(key, value, version, origin, nowMs(), oldValue)) {
    case Merge::Older: return;
    case Merge::Adopted: return parts_->kept.changed(key);
    case Merge::Full: MESH_LOG_WARN("No room for state %s", key.c_str()); return;
    case Merge::Changed: break;
  }
  parts_->kept.changed(key);
  triggerWatchers(key.c_str(), value.c_str(), oldValue.c_str());
  STATE_LOG("%s = %s (v%lu from %s)", key.c_str(), value.c_str(), static_cast<unsigned long>(version),
            nodeIdName(origin).c_str());
}
