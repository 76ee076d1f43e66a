// MeshSwarm: a self-organising ESP32 mesh with shared state, on painlessMesh. API and messages are those of the public
// MeshSwarm 1.1.0; README.md says what this one adds and repairs.
#pragma once
#include <Arduino.h>
#include <painlessMesh.h>

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "MeshSwarmConfig.h"
#include "MeshSwarmImage.h"

enum MsgType {
  MSG_HEARTBEAT = 1,
  MSG_STATE_SET = 2,
  MSG_STATE_SYNC = 3,
  MSG_STATE_REQ = 4,
  MSG_COMMAND = 5,
  MSG_TELEMETRY = 6,
};

struct Peer {
  uint32_t id = 0;
  String name;
  String role;  // "COORD" or "PEER"
  unsigned long lastSeen = 0;
  bool alive = false;
  // What our heartbeats add; empty for a stock node.
  String firmware, md5, confirm, otaRole;
};

typedef std::function<void(const String& key, const String& value, const String& oldValue)> StateCallback;
typedef std::function<void()> LoopCallback;
typedef std::function<bool(const String& input)> SerialHandler;

namespace meshswarm {
struct SwarmParts;  // what a sketch need not see
}

class MeshSwarm {
 public:
  MeshSwarm();
  ~MeshSwarm();
  MeshSwarm(const MeshSwarm&) = delete;
  MeshSwarm& operator=(const MeshSwarm&) = delete;

  // Joins the mesh. `nodeName` null: "N" and the last four hex digits of the node id. Inline, so that a sketch's own
  // MESH_PREFIX, MESH_PASSWORD, MESH_PORT and MESH_CHANNEL count.
  void begin(const char* nodeName = nullptr) {
    channel_ = MESH_CHANNEL;
    begin(MESH_PREFIX, MESH_PASSWORD, MESH_PORT, nodeName);
  }
  void begin(const char* prefix, const char* password, uint16_t port, const char* nodeName = nullptr);
  void update();  // from loop(), as often as possible

  // Shared state. Values are strings; a key's newest value reaches every node.
  bool setState(const String& key, const String& value);  // false when the value was that already
  bool setStates(std::initializer_list<std::pair<String, String>> states);
  String getState(const String& key, const String& defaultVal = "");
  void watchState(const String& key, StateCallback callback);  // "*" = every key
  void broadcastFullState();
  void requestStateSync();

  uint32_t getNodeId() { return id_; }
  String getNodeName() { return name_; }
  String getRole() { return role_; }
  bool isCoordinator() { return role_ == "COORD"; }
  int getPeerCount();
  std::map<uint32_t, Peer>& getPeers() { return peers_; }
  painlessMesh& getMesh() { return mesh_; }

  void setStatusLine(const String& status) { statusLine_ = status; }  // shown by the serial command `status`
  void setHeartbeatData(const String& key, int value) { heartbeatExtras_[key] = value; }

#if MESHSWARM_ENABLE_CALLBACKS
  void onLoop(LoopCallback callback) { loopCallbacks_.push_back(std::move(callback)); }
  void onSerialCommand(SerialHandler handler) { serialHandlers_.push_back(std::move(handler)); }
#endif

  // A station beside the mesh. What the board was provisioned with (NVS namespace "ota") wins over the arguments.
  void connectToWiFi(const char* ssid, const char* password);
  bool isWiFiConnected();
  // A gateway is the root of its mesh: its station belongs to the router, so all others are below it.
  void setGatewayMode(bool enable);
  bool isGateway() { return gateway_; }

  void setTelemetryServer(const char* url, const char* apiKey = nullptr);  // the update server too
  void setTelemetryInterval(unsigned long ms) { telemetryInterval_ = ms; }
  void enableTelemetry(bool enable) { telemetry_ = enable; }
  bool isTelemetryEnabled() { return telemetry_; }
  void pushTelemetry();

#if MESHSWARM_ENABLE_OTA
  void enableOTADistribution(bool enable);
  bool isOTADistributionEnabled() { return distribution_; }
  void checkForOTAUpdates();  // from loop(); polls every OTA_POLL_INTERVAL

  // Takes updates for `role`: at once when the running image is confirmed, else as soon as it is. An announce during
  // its trial would overwrite the only image to fall back to.
  void enableOTAReceive(const String& role);
#endif

 private:
  void onReceive(uint32_t from, const String& message);
  void handleHeartbeat(uint32_t from, const char* name, const void* data);
  void handleStateSet(uint32_t from, const void* data);
  void handleCommand(uint32_t from, const void* data);
  void handleTelemetry(uint32_t from, const void* data);
  void sendHeartbeat();
  void pruneDeadPeers();
  void electCoordinator();
  bool changeState(const String& key, const String& value);
  void broadcastState(const std::string& key);
  void triggerWatchers(const String& key, const String& value, const String& oldValue);
  void sendTelemetry();
  void telemetryAfterChange();
  String telemetryJson();
  void serviceTelemetry(unsigned long now);
  void serviceTrial();
  void startReceiving();
  void watchSwitch();
  void leaveAndRestart();
  void readConsole();
  void runCommand(const String& line);
  bool runStateCommand(const String& line);
  void printStatus();

  painlessMesh mesh_;
  std::unique_ptr<meshswarm::SwarmParts> parts_;
  std::map<uint32_t, Peer> peers_;
  std::map<String, std::vector<StateCallback>> watchers_;
  std::map<String, int> heartbeatExtras_;
  std::vector<LoopCallback> loopCallbacks_;
  std::vector<SerialHandler> serialHandlers_;
  uint32_t id_ = 0;
  uint8_t channel_ = MESH_CHANNEL;
  String name_, role_ = "PEER", statusLine_, receiveRole_, consoleLine_;
  unsigned long bootTime_ = 0, lastHeartbeat_ = 0, lastStateSync_ = 0;
  unsigned long lastTelemetry_ = 0, lastStateTelemetry_ = 0, telemetryInterval_ = TELEMETRY_INTERVAL;
  unsigned long switchLookedAt_ = 0, switchedAt_ = 0;
  bool gateway_ = false, telemetry_ = false, distribution_ = false, receiving_ = false, lastPartSeen_ = false;
};
