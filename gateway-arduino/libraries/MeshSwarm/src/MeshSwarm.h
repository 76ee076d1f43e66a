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

#include "DisplayPowerManager.h"
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

#if MESHSWARM_ENABLE_DISPLAY
typedef std::function<void(Adafruit_SSD1306& display, int startLine)> DisplayHandler;
#endif

namespace meshswarm {
struct SwarmParts;  // what a sketch need not see
struct Screen;
}

class MeshSwarm {
 public:
  MeshSwarm();
  ~MeshSwarm();
  MeshSwarm(const MeshSwarm&) = delete;
  MeshSwarm& operator=(const MeshSwarm&) = delete;

  // Joins the mesh, from setup(). `nodeName` null: "N" and the last four hex digits of the node id. Blocks for one to
  // two seconds. Inline, so that a sketch's own MESH_PREFIX, MESH_PASSWORD, MESH_PORT and MESH_CHANNEL count.
  void begin(const char* nodeName = nullptr) { begin(MESH_PREFIX, MESH_PASSWORD, MESH_PORT, nodeName); }
  // The same with another mesh: `prefix` is its SSID, `password` has at least 8 characters.
  void begin(const char* prefix, const char* password, uint16_t port, const char* nodeName = nullptr) {
    channel_ = MESH_CHANNEL;
#if MESHSWARM_ENABLE_DISPLAY
    startScreen();
#endif
    join(prefix, password, port, nodeName);
  }
  // Everything the node does happens in here: call it from loop(), as often as possible.
  void update();

  // Sets a key of the shared state and tells every node. False when the value was that already, or 256 keys are in use.
  bool setState(const String& key, const String& value);
  // The same for several keys, with one telemetry message. True when any of them changed.
  bool setStates(std::initializer_list<std::pair<String, String>> states);
  // The key's newest value known here, else `defaultVal`.
  String getState(const String& key, const String& defaultVal = "");
  // Calls back at every change of `key` ("*": of any key), made here or elsewhere. For as long as the node runs.
  void watchState(const String& key, StateCallback callback);
  // Keeps `key` in this node's NVS: its last value is there again, and its watchers are called, after a restart or an
  // update, unless the mesh has a newer one. From setup(), after watchState. Written at most every STATE_KEEP_INTERVAL.
  // False for an empty key, or one whose NVS name another kept key has.
  bool persistState(const String& key);
  // Sends all of the shared state; by itself every STATE_SYNC_INTERVAL.
  void broadcastFullState();
  // Asks every node to send its own.
  void requestStateSync();

  // This node's painlessMesh id (from its MAC), its name, and "COORD" or "PEER": the coordinator is the lowest id heard.
  uint32_t getNodeId() { return id_; }
  String getNodeName() { return name_; }
  String getRole() { return role_; }
  bool isCoordinator() { return role_ == "COORD"; }
  // Nodes heard within PEER_TIMEOUT, and what their heartbeats say, by node id. getPeerCount() counts those that are
  // `alive`, anew only after one came, went, or getPeers() was called: a sketch may ask in every pass of loop().
  int getPeerCount();
  std::map<uint32_t, Peer>& getPeers() {
    peerCount_ = -1;
    return peers_;
  }
  // The mesh below, for messages of your own. Do not call its update().
  painlessMesh& getMesh() { return mesh_; }

#if MESHSWARM_ENABLE_DISPLAY
  // The SSD1306, drawn every DISPLAY_INTERVAL: name, peers, status line, then what the handlers print, or the state.
  Adafruit_SSD1306& getDisplay();
  // `handler(display, startLine)` prints from line `startLine` (3) on; call no display.display() in it.
  void onDisplayUpdate(DisplayHandler handler);
  // Sleep after `timeoutMs` without a wake button or DisplayPowerManager::resetActivity().
  void enableDisplaySleep(unsigned long timeoutMs = 30000);
  void addDisplayWakeButton(uint8_t pin, bool activeLow = true);
  DisplayPowerManager& getPowerManager();
#endif
  // A line for the display, and for the serial command `status`.
  void setStatusLine(const String& status) { statusLine_ = status; }
  // A number that every heartbeat carries from now on.
  void setHeartbeatData(const String& key, int value) { heartbeatExtras_[key] = value; }

#if MESHSWARM_ENABLE_CALLBACKS
  // Called at the end of every update().
  void onLoop(LoopCallback callback) { loopCallbacks_.push_back(std::move(callback)); }
  // Called with each line typed on the serial console, before the built-in commands. True: it was yours.
  void onSerialCommand(SerialHandler handler) { serialHandlers_.push_back(std::move(handler)); }
#endif

  // A station beside the mesh, on the mesh's channel. What the board was provisioned with (NVS namespace "ota") wins
  // over the arguments. Returns at once; isWiFiConnected() tells when it is there.
  void connectToWiFi(const char* ssid, const char* password);
  bool isWiFiConnected();
  // A gateway is the root of its mesh: its station belongs to the router, so all others are below it. It posts the
  // telemetry of the others, and may distribute updates.
  void setGatewayMode(bool enable);
  bool isGateway() { return gateway_; }
  // There is no HTTP server on a node; as in the public library this says so in the log. Ask the update server instead.
  void startHTTPServer(uint16_t port = 80);

  // Where telemetry is posted and updates come from: "http://host[:port]". `apiKey` goes out as X-API-Key.
  void setTelemetryServer(const char* url, const char* apiKey = nullptr);
  void setTelemetryInterval(unsigned long ms) { telemetryInterval_ = ms; }
  void enableTelemetry(bool enable) { telemetry_ = enable; }
  bool isTelemetryEnabled() { return telemetry_; }
  // Sends telemetry now: a node to its gateway, a gateway to the server.
  void pushTelemetry();

#if MESHSWARM_ENABLE_OTA
  // Gateway: hands firmware from the server to the mesh. Then call checkForOTAUpdates() from loop(), which polls every
  // OTA_POLL_INTERVAL and does all that has to do with the server.
  void enableOTADistribution(bool enable);
  bool isOTADistributionEnabled() { return distribution_; }
  void checkForOTAUpdates();
  // How many nodes are sent parts at the same time, at least 1; default OTA_MAX_RECEIVERS. At any time.
  void setOTAConcurrency(uint8_t nodes);
  // Least time between two reports of one node's progress to the server; default OTA_REPORT_INTERVAL. What ends a
  // node's update is reported at once.
  void setOTAReportInterval(unsigned long ms);

  // Node: takes updates for `role`, at once when the running image is confirmed, else as soon as it is. An announce
  // during its trial would overwrite the only image to fall back to.
  void enableOTAReceive(const String& role);
#endif

 private:
  void join(const char* prefix, const char* password, uint16_t port, const char* nodeName);
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
  void writeKept(bool all);
  size_t stateCount() const;
  std::vector<String> stateLines(size_t most) const;  // "key=value"
#if MESHSWARM_ENABLE_DISPLAY
  meshswarm::Screen& screen();
  void startScreen();
  void serviceScreen();
  void drawScreen(meshswarm::Screen& screen);
  static bool meshswarmScanI2c(const String& input);
#endif

  painlessMesh mesh_;
  std::unique_ptr<meshswarm::SwarmParts> parts_;
  std::shared_ptr<void> screen_;  // there in every build: sketch and library may be compiled with different flags
  std::map<uint32_t, Peer> peers_;
  std::map<String, std::vector<StateCallback>> watchers_;
  std::map<String, int> heartbeatExtras_;
  std::vector<LoopCallback> loopCallbacks_;
  std::vector<SerialHandler> serialHandlers_;
  int peerCount_ = -1;  // of those alive; -1: to be counted
  uint32_t id_ = 0;
  uint8_t channel_ = MESH_CHANNEL;
  String name_, role_ = "PEER", statusLine_, receiveRole_, consoleLine_;
  unsigned long bootTime_ = 0, lastHeartbeat_ = 0, lastStateSync_ = 0;
  unsigned long lastTelemetry_ = 0, lastStateTelemetry_ = 0, telemetryInterval_ = TELEMETRY_INTERVAL;
  unsigned long switchLookedAt_ = 0, switchedAt_ = 0;
  bool gateway_ = false, telemetry_ = false, distribution_ = false, receiving_ = false, lastPartSeen_ = false;
};

#if MESHSWARM_ENABLE_DISPLAY
#include "MeshSwarmDisplay.h"
#endif
