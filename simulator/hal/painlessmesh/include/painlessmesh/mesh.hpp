// The mesh node (src/painlessmesh/mesh.hpp, src/arduino/wifi.hpp, v1.5.6). The protocol engine runs on the host and
// advances only inside update(), which runs the callbacks.
#pragma once
#include <functional>
#include <list>
#include <memory>
#include <vector>
#include "freertos/semphr.h"
#include "painlessmesh/logger.hpp"
#include "painlessmesh/ota.hpp"
#include "painlessmesh/plugin.hpp"
#include "painlessmesh/protocol.hpp"

namespace painlessmesh {

typedef std::function<void(uint32_t nodeId)> newConnectionCallback_t;
typedef std::function<void(uint32_t nodeId)> droppedConnectionCallback_t;
typedef std::function<void(uint32_t from, TSTRING &msg)> receivedCallback_t;
typedef std::function<void()> changedConnectionsCallback_t;
typedef std::function<void(int32_t offset)> nodeTimeAdjustedCallback_t;
typedef std::function<void(uint32_t nodeId, int32_t delay)> nodeDelayCallback_t;

namespace wifi {

class Mesh {
public:
  size_t stability = 0; // 0…1000, as of the last update(); a sketch may write it

  Mesh() {}
  virtual ~Mesh();
  Mesh(const Mesh &) = delete;
  Mesh &operator=(const Mesh &) = delete;

  void init(TSTRING ssid, TSTRING password, uint16_t port = 5555, WiFiMode_t connectMode = WIFI_AP_STA,
            uint8_t channel = 1, uint8_t hidden = 0, uint8_t maxconn = MAX_CONN);
  void init(TSTRING ssid, TSTRING password, Scheduler *baseScheduler, uint16_t port = 5555,
            WiFiMode_t connectMode = WIFI_AP_STA, uint8_t channel = 1, uint8_t hidden = 0, uint8_t maxconn = MAX_CONN);
  void update(void);
  void stop();
  void stationManual(TSTRING ssid, TSTRING password, uint16_t port = 0, IPAddress remote_ip = IPAddress(0, 0, 0, 0));
  bool setHostname(const char *hostname);
  IPAddress getStationIP();
  IPAddress getAPIP();

  void setDebugMsgTypes(uint16_t types);
  void setRoot(bool on = true);
  void setContainsRoot(bool on = true);
  bool isRoot();
  uint32_t getNodeId();
  uint32_t getNodeTime(); // µs, wraps; the same on all nodes once synchronised

  bool sendSingle(uint32_t destId, TSTRING msg);
  bool sendBroadcast(TSTRING msg, bool includeSelf = false);
  bool startDelayMeas(uint32_t id);
  bool isConnected(uint32_t nodeId);
  std::list<uint32_t> getNodeList(bool includeSelf = false);
  TSTRING subConnectionJson(bool pretty = false);
  protocol::NodeTree asNodeTree();

  // onReceive, onNewConnection, onDroppedConnection and onChangedConnections add to the callbacks; the others replace.
  void onReceive(receivedCallback_t callback) { received_.push_back(std::move(callback)); }
  void onNewConnection(newConnectionCallback_t callback) { new_connection_.push_back(std::move(callback)); }
  void onDroppedConnection(droppedConnectionCallback_t callback) { dropped_.push_back(std::move(callback)); }
  void onChangedConnections(changedConnectionsCallback_t callback) { changed_.push_back(std::move(callback)); }
  void onNodeTimeAdjusted(nodeTimeAdjustedCallback_t callback) { time_adjusted_ = std::move(callback); }
  void onNodeDelayReceived(nodeDelayCallback_t callback) { delay_received_ = std::move(callback); }

  bool sendPackage(const protocol::PackageInterface *pkg) {
    TSTRING json;
    protocol::Variant(pkg).printTo(json);
    return sendJson(json);
  }
  void onPackage(int type, std::function<bool(protocol::Variant &)> function) {
    onJson(type, [function](const TSTRING &json) {
      protocol::Variant variant(json);
      function(variant);
    });
  }

  std::shared_ptr<Task> addTask(unsigned long aInterval, long aIterations, std::function<void()> aCallback);
  std::shared_ptr<Task> addTask(std::function<void()> aCallback) {
    return addTask(0, TASK_ONCE, std::move(aCallback));
  }

  // Announces now and every minute for an hour; disable the task to stop. Earlier offers go on.
  std::shared_ptr<Task> offerOTA(plugin::ota::Announce announce) {
    return addTask(TASK_SECOND * 60, 60, [this, announce]() { this->sendPackage(&announce); });
  }
  std::shared_ptr<Task> offerOTA(TSTRING role, TSTRING hardware, TSTRING md5, size_t noPart, bool forced = false) {
    plugin::ota::Announce announce;
    announce.md5 = md5;
    announce.role = role;
    announce.hardware = hardware;
    announce.from = getNodeId();
    announce.noPart = noPart;
    announce.forced = forced;
    return offerOTA(announce);
  }
  // Handlers accumulate: every one of them answers every request.
  void initOTASend(plugin::ota::otaDataPacketCallbackType_t callback, size_t otaPartSize) {
    onPartRequest([callback](const TSTRING &json, char *buffer) {
      return callback(protocol::Variant(json).to<plugin::ota::DataRequest>(), buffer);
    }, otaPartSize);
  }
  void initOTAReceive(TSTRING role = "", std::function<void(int, int)> progress_cb = NULL);

private:
  typedef std::function<void(const TSTRING &json)> JsonCallback;
  typedef std::function<size_t(const TSTRING &json, char *buffer)> PartCallback;
  struct Subscription {
    int type;
    JsonCallback callback;
  };

  bool sendJson(const TSTRING &json);
  void onJson(int type, JsonCallback callback);
  void onPartRequest(PartCallback callback, size_t part_size);
  void runCallbacks();
  void dispatch(const struct MeshEvent &event);
  void answerPartRequest(const struct MeshEvent &event);
  void forget();

  Scheduler *scheduler_ = nullptr;
  bool external_scheduler_ = false;
  SemaphoreHandle_t semaphore_ = nullptr;
  size_t known_stability_ = 0; // the engine's
  std::list<std::shared_ptr<Task>> tasks_;
  std::vector<receivedCallback_t> received_;
  std::vector<newConnectionCallback_t> new_connection_;
  std::vector<droppedConnectionCallback_t> dropped_;
  std::vector<changedConnectionsCallback_t> changed_;
  nodeTimeAdjustedCallback_t time_adjusted_;
  nodeDelayCallback_t delay_received_;
  std::vector<Subscription> subscriptions_;
  std::vector<PartCallback> part_handlers_; // indexed by the host's handler number
  std::function<void(int, int)> progress_;
};

} // namespace wifi
} // namespace painlessmesh
