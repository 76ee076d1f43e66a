// MeshSwarm: telemetry (message type 6, and POST /api/v1/nodes/{id}/telemetry on the gateway).
#include "../MeshSwarm.h"
#include "../SwarmParts.h"
#include "../core/NodeIds.h"

using namespace meshswarm;

static const size_t kWaitingTelemetry = 8;  // the oldest goes first: the next one says the same and more

String MeshSwarm::telemetryJson() {
  const Json data;
  cJSON* d = data.root();
  jsonAdd(d, "name", name_);
  jsonAdd(d, "uptime", static_cast<double>((millis() - bootTime_) / 1000));
  jsonAdd(d, "heap_free", static_cast<double>(ESP.getFreeHeap()));
  jsonAdd(d, "peer_count", static_cast<double>(getPeerCount()));
  jsonAdd(d, "role", role_);
  jsonAdd(d, "firmware", imageIdentity().version);
  cJSON* state = cJSON_AddObjectToObject(d, "state");
  for (const auto& [key, entry] : parts_->state.entries()) jsonAdd(state, key.c_str(), entry.value);
  return data.print();
}

#if MESHSWARM_ENABLE_TELEMETRY

// Posting blocks, and this may be called from inside mesh.update(): the gateway queues, update() posts.
static void enqueue(SwarmParts& parts, uint32_t node, const String& json) {
  if (parts.telemetry.size() >= kWaitingTelemetry) parts.telemetry.pop_front();
  parts.telemetry.emplace_back(node, json);
}

void MeshSwarm::pushTelemetry() {
  if (!telemetry_) return;
  if (parts_->link.configured()) return enqueue(*parts_, id_, telemetryJson());
  if (!gateway_) sendTelemetry();  // no server of its own: by way of the gateway
}

void MeshSwarm::sendTelemetry() {
  if (gateway_) return pushTelemetry();
  const String text = telemetryJson();
  Json data(Json::parse(text.c_str(), text.length()));
  mesh_.sendBroadcast(swarmMessage(MSG_TELEMETRY, name_, data));
}

void MeshSwarm::telemetryAfterChange() {
  const unsigned long now = millis();
  if (!telemetry_ || now - lastStateTelemetry_ < STATE_TELEMETRY_MIN_INTERVAL) return;
  lastTelemetry_ = lastStateTelemetry_ = now;
  sendTelemetry();
}

void MeshSwarm::handleTelemetry(uint32_t from, const void* data) {
  if (!gateway_ || !parts_->link.configured() || data == nullptr) return;
  Json copy(cJSON_Duplicate(static_cast<const cJSON*>(data), true));
  enqueue(*parts_, from, copy.print());
}

void MeshSwarm::serviceTelemetry(unsigned long now) {
  if (telemetry_ && now - lastTelemetry_ >= telemetryInterval_) {
    lastTelemetry_ = now;
    sendTelemetry();
  }
  if (parts_->telemetry.empty() || !isWiFiConnected() || parts_->link.resting(nowMs())) return;
  const auto [node, json] = parts_->telemetry.front();
  parts_->telemetry.pop_front();
  const String path = "/api/v1/nodes/" + String(nodeIdHex(node).c_str()) + "/telemetry";
  const int status = parts_->link.post(path, json);
  if (status != 200 && status != 201) GATEWAY_LOG("Push failed for %s: %d", nodeIdName(node).c_str(), status);
}

#else

void MeshSwarm::pushTelemetry() {}
void MeshSwarm::sendTelemetry() {}
void MeshSwarm::telemetryAfterChange() {}
void MeshSwarm::handleTelemetry(uint32_t, const void*) {}
void MeshSwarm::serviceTelemetry(unsigned long) {}

#endif
