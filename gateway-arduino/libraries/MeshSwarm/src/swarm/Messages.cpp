// MeshSwarm: messages between nodes (types 1 and 5), and where each type goes.
#include "../MeshSwarm.h"
#include "../SwarmParts.h"
#include "../core/NodeIds.h"

using namespace meshswarm;

namespace meshswarm {

String swarmMessage(int type, const String& name, Json& data) {
  const Json message;
  jsonAdd(message.root(), "t", static_cast<double>(type));
  jsonAdd(message.root(), "n", name);
  cJSON_AddItemToObject(message.root(), "d", data.release());
  return message.print();
}

}  // namespace meshswarm

void MeshSwarm::onReceive(uint32_t from, const String& message) {
  const Json json(Json::parse(message.c_str(), message.length()));
  if (!cJSON_IsObject(json.root())) {
    MESH_LOG_ERROR("JSON error from %lu", static_cast<unsigned long>(from));
    return;
  }
  if (parts_->trial.pending()) parts_->trial.peerHeard(nowMs());
  const cJSON* data = cJSON_GetObjectItemCaseSensitive(json.root(), "d");
  switch (jsonNumber(json.root(), "t")) {
    case MSG_HEARTBEAT: return handleHeartbeat(from, jsonChars(json.root(), "n", "???"), data);
    case MSG_STATE_SET: return handleStateSet(from, data);
    case MSG_STATE_SYNC: {
      const cJSON* entry = nullptr;
      cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(data, "s")) handleStateSet(from, entry);
      return;
    }
    case MSG_STATE_REQ: return broadcastFullState();
    case MSG_COMMAND: return handleCommand(from, data);
    case MSG_TELEMETRY: return handleTelemetry(from, data);
    default: return;
  }
}

static NodeReport reportOf(const Peer& peer, const cJSON* heartbeat) {
  NodeReport report;
  report.node = peer.id;
  report.md5 = peer.md5.c_str();
  report.known = !report.md5.empty();
  report.upSeconds = jsonNumber(heartbeat, "up");
  report.role = peer.otaRole.c_str();
  report.version = peer.firmware.c_str();
  report.confirm = peer.confirm.c_str();
  const cJSON* fallen = cJSON_GetObjectItemCaseSensitive(heartbeat, "rb");
  report.fallenMd5 = jsonChars(fallen, "md5");
  report.fallenWhy = jsonChars(fallen, "reason");
  return report;
}

void MeshSwarm::handleHeartbeat(uint32_t from, const char* name, const void* heartbeat) {
  const cJSON* data = static_cast<const cJSON*>(heartbeat);
  const auto [found, fresh] = peers_.try_emplace(from);
  Peer& peer = found->second;
  if (!peer.alive) peerCount_ = -1;
  // Assigned from where they stand: a String that is long enough already takes no memory anew.
  peer.id = from;
  peer.name = name;
  peer.role = jsonChars(data, "role", "PEER");
  peer.lastSeen = millis();
  peer.alive = true;
  peer.firmware = jsonChars(data, "fw");
  peer.md5 = jsonChars(data, "md5");
  peer.confirm = jsonChars(data, "confirm");
  peer.otaRole = jsonChars(data, "ota");
  if (fresh) electCoordinator();  // changes of the layout tell of themselves; walking it for each heartbeat is dear in a large mesh
  if (!distribution_) return;
  const NodeReport report = reportOf(peer, data);
  parts_->distributor.heard(report, nowMs());
  if (report.confirm != "pending" || !parts_->distributor.offered(report.md5)) return;
  Json answer;
  jsonAdd(answer.root(), "cmd", "ota_ack");
  jsonAdd(answer.root(), "md5", report.md5);
  mesh_.sendSingle(from, swarmMessage(MSG_COMMAND, name_, answer));
}

void MeshSwarm::handleCommand(uint32_t from, const void* command) {
  const cJSON* data = static_cast<const cJSON*>(command);
  const std::string name = jsonText(data, "cmd");
  const std::string md5 = jsonText(data, "md5");
  if (name == "ota_ack") parts_->trial.acknowledge(md5);
  if (name != "ota_retry" || !parts_->trial.retry(md5)) return;
  OTA_LOG("%s orders a retry of %s: restarting", nodeIdName(from).c_str(), md5.c_str());
  parts_->trial.prepareRecord();
  parts_->restartAt = nowMs() + 1000;  // painlessMesh reads its record only when it starts
}

void MeshSwarm::sendHeartbeat() {
  Json data;
  cJSON* d = data.root();
  jsonAdd(d, "role", role_);
  jsonAdd(d, "up", static_cast<double>((millis() - bootTime_) / 1000));
  jsonAdd(d, "heap", static_cast<double>(ESP.getFreeHeap()));
  jsonAdd(d, "states", static_cast<double>(parts_->state.entries().size()));
  for (const auto& [key, value] : heartbeatExtras_) jsonAdd(d, key.c_str(), static_cast<double>(value));

  // Ours; stock nodes skip what they do not know.
  const Trial& trial = parts_->trial;
  jsonAdd(d, "fw", imageIdentity().version);
  jsonAdd(d, "md5", trial.md5());
  jsonAdd(d, "confirm", trial.confirm());
  if (receiveRole_.length() > 0) jsonAdd(d, "ota", receiveRole_);
  if (!trial.fallenMd5().empty() && trial.fallenMd5() != trial.md5()) {
    cJSON* fallen = cJSON_AddObjectToObject(d, "rb");
    jsonAdd(fallen, "md5", trial.fallenMd5());
    jsonAdd(fallen, "reason", trial.fallenWhy());
  }
  mesh_.sendBroadcast(swarmMessage(MSG_HEARTBEAT, name_, data));
}
