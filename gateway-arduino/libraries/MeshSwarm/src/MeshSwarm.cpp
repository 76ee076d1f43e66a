// Life of a node: begin, update, and what painlessMesh calls back.
#include "MeshSwarm.h"

#include <esp_ota_ops.h>
#include <esp_system.h>
#include <esp_timer.h>

#include "SwarmParts.h"
#include "core/NodeIds.h"
#include "ota/Deadline.h"

using namespace meshswarm;

// The Arduino core asks this before setup(), through a weak C symbol that no header declares; without it the core marks
// every image that merely boots as valid. It must have C linkage and stand in a file that is always linked: from an
// archive, a file that nothing else refers to is dropped in silence and the core's own answer (false) stays.
extern "C" bool verifyRollbackLater() {
  armDeadline();
  return true;
}

MeshSwarm::MeshSwarm() : parts_(new SwarmParts(mesh_)) {}
MeshSwarm::~MeshSwarm() = default;

static void greet() {
#if MESHSWARM_ENABLE_SERIAL
  Serial.begin(115200);
  delay(1000);
  const ImageIdentity& image = imageIdentity();
  Serial.println("\n========================================");
  Serial.println("       ESP32 MESH SWARM NODE");
  Serial.println("========================================\n");
  Serial.printf("Image: %s %s\n", image.tag != nullptr ? image.role : "(no MESHSWARM_IMAGE)", image.version);
#endif
}

void MeshSwarm::join(const char* prefix, const char* password, uint16_t port, const char* nodeName) {
  parts_->trial.begin(nowMs());
  greet();

  // Boards that get power together do not start together.
  const uint32_t chip = static_cast<uint32_t>(ESP.getEfuseMac() & 0xFFFF);
  delay((chip % 3) * 500);

  mesh_.setDebugMsgTypes(ERROR | STARTUP);
  mesh_.init(prefix, password, port, WIFI_AP_STA, channel_);
  mesh_.onReceive([this](uint32_t from, String& message) { onReceive(from, message); });
  mesh_.onNewConnection([this](uint32_t node) {
    MESH_LOG("+ Connected: %s", nodeIdName(node).c_str());
    sendHeartbeat();
    broadcastFullState();
  });
  mesh_.onDroppedConnection([this](uint32_t node) {
    MESH_LOG("- Dropped: %s", nodeIdName(node).c_str());
    const auto peer = peers_.find(node);
    if (peer != peers_.end()) peer->second.alive = false;
    peerCount_ = -1;
    electCoordinator();
  });
  mesh_.onChangedConnections([this]() {
    MESH_LOG("Topology changed. Nodes: %u", static_cast<unsigned>(mesh_.getNodeList().size()));
    electCoordinator();
  });

  id_ = mesh_.getNodeId();
  name_ = nodeName != nullptr ? String(nodeName) : String(nodeIdName(id_).c_str());
  parts_->link.identify(nodeIdHex(id_).c_str());
  bootTime_ = millis();
  MESH_LOG("Node ID: %lu", static_cast<unsigned long>(id_));
  MESH_LOG("Name: %s", name_.c_str());
}

void MeshSwarm::update() {
  deadlineLoopPassed();
  mesh_.update();

  const unsigned long now = millis();
  if (now - lastHeartbeat_ >= HEARTBEAT_INTERVAL) {
    lastHeartbeat_ = now;
    sendHeartbeat();
    pruneDeadPeers();
  }
  if (now - lastStateSync_ >= STATE_SYNC_INTERVAL) {
    lastStateSync_ = now;
    broadcastFullState();
  }
  serviceTrial();
  serviceTelemetry(now);
  writeKept(false);
  readConsole();
  for (size_t i = 0; i < loopCallbacks_.size(); i++) loopCallbacks_[i]();
  delay(MESHSWARM_LOOP_DELAY);
}

static void endNow(void*) { esp_restart(); }

// A node that just restarts leaves half-open connections behind: its neighbours refuse it for a minute, until their own
// timeouts end them. So it says goodbye first. A timer ends the chip should that not come to an end.
void MeshSwarm::leaveAndRestart() {
  esp_timer_create_args_t args = {};
  args.callback = endNow;
  args.name = "meshswarm-leave";
  esp_timer_handle_t timer = nullptr;
  if (esp_timer_create(&args, &timer) == ESP_OK) esp_timer_start_once(timer, 3000000);
  writeKept(true);
  MESH_LOG("Leaving the mesh to restart");
  Serial.flush();
  mesh_.stop();
  delay(200);
  ESP.restart();
}

// After the last part painlessMesh closes the image, writes its record and restarts two seconds later. What we see of it
// is that another slot is to boot; by 1.5 s after that the record is written, and we restart in a more orderly way.
void MeshSwarm::watchSwitch() {
  if (!lastPartSeen_) return;
  const unsigned long now = millis();
  if (now - switchLookedAt_ < 100) return;
  switchLookedAt_ = now;
  if (esp_ota_get_boot_partition() == esp_ota_get_running_partition()) return;
  if (switchedAt_ == 0) switchedAt_ = now;
  if (now - switchedAt_ >= 1500) leaveAndRestart();
}

void MeshSwarm::serviceTrial() {
  if (parts_->trial.pending()) {
    const Millis now = nowMs();
    if (parts_->trial.tick(now)) {
      sendHeartbeat();
      startReceiving();
    }
    // A node that has restarted may have joined its own children first, and such a part of the mesh has no gateway.
    // painlessMesh leaves it with a chance of stability / 1000 at each scan, and stability begins at 0: that can outlast
    // the trial.
    if (parts_->trial.seeksGateway(now)) mesh_.stability = 1000;
  }
  if (parts_->restartAt != 0 && nowMs() >= parts_->restartAt) leaveAndRestart();
  watchSwitch();
}

void MeshSwarm::electCoordinator() {
  uint32_t lowest = id_;
  for (const uint32_t node : mesh_.getNodeList()) {
    if (node < lowest) lowest = node;
  }
  const String role = lowest == id_ ? "COORD" : "PEER";
  if (role == role_) return;
  MESH_LOG("Role: %s -> %s", role_.c_str(), role.c_str());
  role_ = role;
}

void MeshSwarm::pruneDeadPeers() {
  const unsigned long now = millis();
  for (auto peer = peers_.begin(); peer != peers_.end();) {
    if (now - peer->second.lastSeen <= PEER_TIMEOUT) {
      ++peer;
      continue;
    }
    peer = peers_.erase(peer);
    peerCount_ = -1;
  }
}

int MeshSwarm::getPeerCount() {
  if (peerCount_ >= 0) return peerCount_;
  peerCount_ = 0;
  for (const auto& [id, peer] : peers_) peerCount_ += peer.alive;
  return peerCount_;
}

void MeshSwarm::connectToWiFi(const char* ssid, const char* password) {
  const Settings& settings = parts_->provisioned();
  const bool provisioned = settings.wifiSsid.length() > 0;
  const String name = provisioned ? settings.wifiSsid : String(ssid);
  mesh_.stationManual(name, provisioned ? settings.wifiPass : String(password));
  MESH_LOG("WiFi connecting to %s...", name.c_str());
}

void MeshSwarm::setGatewayMode(bool enable) {
  gateway_ = enable;
  mesh_.setRoot(enable);
  mesh_.setContainsRoot(enable);
}

bool MeshSwarm::isWiFiConnected() { return WiFi.status() == WL_CONNECTED; }

void MeshSwarm::setTelemetryServer(const char* url, const char* apiKey) {
  const Settings& settings = parts_->provisioned();
  const String key = settings.apiKey.length() > 0 ? settings.apiKey : String(apiKey != nullptr ? apiKey : "");
  parts_->link.configure(settings.server.length() > 0 ? settings.server : String(url), key);
  TELEM_LOG("Server: %s", parts_->link.url().c_str());
}

void MeshSwarm::startHTTPServer(uint16_t port) {
  MESH_LOG_WARN("No HTTP server on port %u: a node has none, ask the update server", static_cast<unsigned>(port));
}

#if MESHSWARM_ENABLE_OTA
void MeshSwarm::setOTAConcurrency(uint8_t nodes) { parts_->distributor.setConcurrency(nodes); }

void MeshSwarm::setOTAReportInterval(unsigned long ms) { parts_->distributor.setReportEvery(ms); }

void MeshSwarm::enableOTADistribution(bool enable) {
  distribution_ = enable;
  parts_->distributor.enable(enable);
  OTA_LOG("Distribution %s", enable ? "enabled" : "disabled");
}

void MeshSwarm::checkForOTAUpdates() {
  if (!distribution_ || !gateway_) return;
  parts_->distributor.service(nowMs(), isWiFiConnected());
  // Nobody answers the gateway's own heartbeats: an image of its own is proved by reaching the server with it.
  if (parts_->distributor.serverAnswered()) parts_->trial.acknowledge(parts_->trial.md5());
}

void MeshSwarm::enableOTAReceive(const String& role) {
  receiveRole_ = role;
  parts_->trial.receiveFor(role.c_str());
  mesh_.setContainsRoot(true);  // updates come from a gateway: a part of the mesh without one looks for it more often
  startReceiving();
}
#endif

void MeshSwarm::startReceiving() {
  if (receiving_ || receiveRole_.length() == 0 || parts_->trial.pending()) return;
  receiving_ = true;
  parts_->trial.prepareRecord();
  mesh_.initOTAReceive(receiveRole_, [this](int part, int parts) {
    lastPartSeen_ = part == parts - 1;
    switchedAt_ = 0;
  });
  OTA_LOG("Receiver enabled for role: %s", receiveRole_.c_str());
}
