// painlessmesh::wifi::Mesh over the host's mesh imports.
#include <Arduino.h>
#include <cJSON.h>
#include "host.h"
#include "painlessMesh.h"

namespace painlessmesh {
namespace wifi {

struct MeshEvent {
  host_mesh_event_t host;
  TSTRING text;
};

Mesh::~Mesh() {
  if (semaphore_) stop();
}

void Mesh::init(TSTRING ssid, TSTRING password, Scheduler *scheduler, uint16_t port, WiFiMode_t mode, uint8_t channel,
                uint8_t hidden, uint8_t maxconn) {
  scheduler_ = scheduler;
  external_scheduler_ = true;
  init(ssid, password, port, mode, channel, hidden, maxconn);
}

void Mesh::init(TSTRING ssid, TSTRING password, uint16_t port, WiFiMode_t mode, uint8_t channel, uint8_t hidden,
                uint8_t maxconn) {
  randomSeed(millis()); // the library's: random() is pseudo-random from here on
  if (!external_scheduler_) scheduler_ = new Scheduler();
  semaphore_ = xSemaphoreCreateMutex();
  host_mesh_init(ssid.c_str(), ssid.length(), password.c_str(), password.length(), port, mode, channel, hidden, maxconn);
}

void Mesh::forget() {
  for (auto &task : tasks_) {
    task->disable();
    task->setCallback(NULL);
  }
  tasks_.clear();
  received_.clear();
  new_connection_.clear();
  dropped_.clear();
  changed_.clear();
  subscriptions_.clear();
  part_handlers_.clear();
}

void Mesh::stop() {
  host_mesh_stop();
  forget();
  if (!external_scheduler_) delete scheduler_;
  scheduler_ = nullptr;
  vSemaphoreDelete(semaphore_);
  semaphore_ = nullptr;
}

// One pass, as in the library: work of the engine, then the tasks, under the semaphore. A callback that calls update()
// waits 10 ticks for it in vain and gets nothing done.
void Mesh::update(void) {
  if (xSemaphoreTake(semaphore_, 10) != pdTRUE) return;
  if (stability != known_stability_) host_mesh_set(3, static_cast<int>(stability));
  runCallbacks();
  if (scheduler_) scheduler_->execute();
  if (semaphore_) xSemaphoreGive(semaphore_);
}

void Mesh::runCallbacks() {
  MeshEvent event;
  while (semaphore_ && host_mesh_poll(&event.host)) {
    event.text = "";
    if (event.host.text_length) {
      char *text = static_cast<char *>(malloc(event.host.text_length));
      if (!text) {
        Log(logger::ERROR, "no memory for a message of %lu bytes\n", static_cast<unsigned long>(event.host.text_length));
        continue;
      }
      host_mesh_text(text);
      event.text = TSTRING(text, event.host.text_length);
      free(text);
    }
    dispatch(event);
  }
  stability = known_stability_ = host_mesh_query(2);
}

// By index and over the count at the start: a callback may add others.
template <typename List, typename Call> static void each(List &list, Call call) {
  for (size_t i = 0, n = list.size(); i < n && i < list.size(); i++) {
    auto callback = list[i];
    call(callback);
  }
}

void Mesh::dispatch(const MeshEvent &event) {
  uint32_t a = event.host.a, b = event.host.b;
  switch (event.host.kind) {
    case HOST_MESH_RECEIVE:
      each(received_, [&](receivedCallback_t &callback) {
        TSTRING text = event.text; // each callback may change its own
        callback(a, text);
      });
      break;
    case HOST_MESH_NEW: each(new_connection_, [&](newConnectionCallback_t &callback) { callback(a); }); break;
    case HOST_MESH_DROPPED: each(dropped_, [&](droppedConnectionCallback_t &callback) { callback(a); }); break;
    case HOST_MESH_CHANGED: each(changed_, [&](changedConnectionsCallback_t &callback) { callback(); }); break;
    case HOST_MESH_TIME_ADJUSTED:
      if (time_adjusted_) time_adjusted_(static_cast<int32_t>(a));
      break;
    case HOST_MESH_DELAY:
      if (delay_received_) delay_received_(a, static_cast<int32_t>(b));
      break;
    case HOST_MESH_PACKAGE:
      each(subscriptions_, [&](Subscription &s) {
        if (s.type == static_cast<int>(a)) s.callback(event.text);
      });
      break;
    case HOST_MESH_OTA_REQUEST: answerPartRequest(event); break;
    case HOST_MESH_OTA_PROGRESS:
      if (progress_) progress_(static_cast<int>(a), static_cast<int>(b));
      break;
    case HOST_MESH_RESTART: ESP.restart(); break;
    default: break;
  }
}

void Mesh::answerPartRequest(const MeshEvent &event) {
  size_t handler = event.host.a, part_size = event.host.b, size = 0;
  // On the stack and zeroed, as the library does: a part size beyond the stack is the sketch's mistake there, too.
  char *buffer = static_cast<char *>(__builtin_alloca(part_size + 1));
  memset(buffer, 0, part_size + 1);
  if (handler < part_handlers_.size()) {
    PartCallback callback = part_handlers_[handler];
    size = callback(event.text, buffer);
  }
  host_mesh_reply(buffer, size < part_size ? size : part_size);
}

std::shared_ptr<Task> Mesh::addTask(unsigned long interval, long iterations, std::function<void()> callback) {
  for (auto &task : tasks_) {
    // A task that nobody else holds and that is disabled is used again.
    if (task.use_count() != 1 || task->isEnabled()) continue;
    task->set(interval, iterations, callback, NULL, NULL);
    task->enable();
    return task;
  }
  auto task = std::make_shared<Task>(interval, iterations, callback);
  if (scheduler_) scheduler_->addTask(*task);
  task->enable();
  tasks_.push_front(task);
  return task;
}

bool Mesh::sendJson(const TSTRING &json) { return host_mesh_send_package(json.c_str(), json.length()) != 0; }
void Mesh::onJson(int type, JsonCallback callback) {
  subscriptions_.push_back({type, std::move(callback)});
  host_mesh_subscribe(type);
}
void Mesh::onPartRequest(PartCallback callback, size_t part_size) {
  int handler = host_mesh_ota_init_send(part_size);
  if (handler < 0) return;
  if (part_handlers_.size() <= static_cast<size_t>(handler)) part_handlers_.resize(handler + 1);
  part_handlers_[handler] = std::move(callback);
}
void Mesh::initOTAReceive(TSTRING role, std::function<void(int, int)> progress_cb) {
  progress_ = std::move(progress_cb);
  host_mesh_ota_init_receive(role.c_str(), role.length());
}

void Mesh::stationManual(TSTRING ssid, TSTRING password, uint16_t port, IPAddress ip) {
  host_mesh_station_manual(ssid.c_str(), ssid.length(), password.c_str(), password.length(), port, ip);
}
bool Mesh::setHostname(const char *hostname) {
  size_t length = strlen(hostname);
  if (length > 32) return false;
  host_mesh_hostname(hostname, length);
  return true;
}
IPAddress Mesh::getStationIP() { return IPAddress(host_mesh_query(4)); }
IPAddress Mesh::getAPIP() { return IPAddress(host_mesh_query(5)); }
void Mesh::setDebugMsgTypes(uint16_t types) {
  Log.setLogLevel(types);
  host_mesh_set(2, types);
}
void Mesh::setRoot(bool on) { host_mesh_set(0, on); }
void Mesh::setContainsRoot(bool on) { host_mesh_set(1, on); }
bool Mesh::isRoot() { return host_mesh_query(3) != 0; }
uint32_t Mesh::getNodeId() { return host_mesh_query(0); }
uint32_t Mesh::getNodeTime() { return host_mesh_query(1); }

bool Mesh::sendSingle(uint32_t dest, TSTRING msg) { return host_mesh_send_single(dest, msg.c_str(), msg.length()) != 0; }
bool Mesh::sendBroadcast(TSTRING msg, bool self) { return host_mesh_send_broadcast(msg.c_str(), msg.length(), self) != 0; }
bool Mesh::startDelayMeas(uint32_t id) { return host_mesh_delay_meas(id) != 0; }
bool Mesh::isConnected(uint32_t id) { return host_mesh_is_connected(id) != 0; }

std::list<uint32_t> Mesh::getNodeList(bool includeSelf) {
  std::vector<uint32_t> ids(16);
  uint32_t count = host_mesh_node_list(ids.data(), ids.size(), includeSelf);
  if (count > ids.size()) {
    ids.resize(count);
    count = host_mesh_node_list(ids.data(), ids.size(), includeSelf);
  }
  return std::list<uint32_t>(ids.begin(), ids.begin() + (count < ids.size() ? count : ids.size()));
}

TSTRING Mesh::subConnectionJson(bool pretty) {
  uint32_t length = host_mesh_sub_connection_json(NULL, 0, pretty);
  std::vector<char> text(length);
  if (host_mesh_sub_connection_json(text.data(), length, pretty) > length) return TSTRING();
  return TSTRING(text.data(), length);
}

static protocol::NodeTree to_tree(const cJSON *json) {
  protocol::NodeTree tree;
  cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "nodeId");
  if (cJSON_IsNumber(id)) tree.nodeId = static_cast<uint32_t>(id->valuedouble);
  tree.root = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "root"));
  const cJSON *sub;
  cJSON_ArrayForEach(sub, cJSON_GetObjectItemCaseSensitive(json, "subs")) tree.subs.push_back(to_tree(sub));
  return tree;
}
protocol::NodeTree Mesh::asNodeTree() {
  cJSON *json = cJSON_Parse(subConnectionJson().c_str());
  protocol::NodeTree tree = to_tree(json);
  cJSON_Delete(json);
  return tree;
}

} // namespace wifi
} // namespace painlessmesh
