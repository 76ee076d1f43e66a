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
  parts_->trial.peerHeard(nowMs());
  const cJSON* data = cJSON_GetObjectItemCaseSensitive(json.root(), "d");
  switch (jsonNumber(json.root(), "t")) {
    case MSG_HEARTBEAT: return handleHeartbeat(from, jsonText(json.root(), "n", "???").c_str(), data);
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

void MeshSwarm::handleHeartbeat(uint32_t from, const char* name, const void* heartbeat) {
  const cJSON* data = static_cast<const cJSON*>(heartbeat);
  const bool fresh = peers_.count(from) == 0;
  Peer& peer = peers_[from];
  peer.id = from;
  peer.name = name;
  peer.role = jsonText(data, "role", "PEER").c_str();
  peer.lastSeen = millis();
  peer.alive = true;

  NodeReport report;
  report.node = from;
  report.md5 = jsonText(data, "md5");
  report.known = !report.md5.empty();
  report.upSeconds = jsonNumber(data, "up");
  report.role = jsonText(data, "ota");
  report.version = jsonText(data, "fw");
  report.confirm = jsonText(data, "confirm");
  const cJSON* fallen = cJSON_GetObjectItemCaseSensitive(data, "rb");
  report.fallenMd5 = jsonText(fallen, "md5");
  report.fallenWhy = jsonText(fallen, "reason");
  peer.firmware = report.version.c_str();
  peer.md5 = report.md5.c_str();
  peer.confirm = report.confirm.c_str();
  peer.otaRole = report.role.c_str();
  if (fresh) electCoordinator();  // changes of the layout tell of themselves; walking it for each heartbeat is dear in a large mesh
  if (!distribution_) return;
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
