#include "Distributor.h"

#include "../Clock.h"
#include "../Store.h"
#include "../core/NodeIds.h"
#include "../net/HttpStatus.h"
#include "OtaUpdateJson.h"

namespace meshswarm {

static RolloutLimits limits() {
  RolloutLimits limits;
  limits.receivers = OTA_MAX_RECEIVERS;
  return limits;
}

Distributor::Distributor(painlessMesh& mesh, ServerLink& link)
    : mesh_(mesh), link_(link), source_(link), rollout_(limits()), nextPollAt_(OTA_POLL_INTERVAL) {}

void Distributor::enable(bool enable) {
  if (enable) return load();
  rollout_.end();
  source_.release();
}

void Distributor::load() {
  if (loaded_) return;
  loaded_ = true;
  offers_.parse(Store::get("offers"));
  saved_ = Store::get("update");
}

static void collectParents(const painlessmesh::protocol::NodeTree& tree, std::map<NodeId, NodeId>& parents) {
  for (const auto& sub : tree.subs) {
    parents[sub.nodeId] = tree.nodeId;
    collectParents(sub, parents);
  }
}

void Distributor::lookAtTree(Millis now) {
  if (!rollout_.active() || now < lookAgainAt_) return;
  lookAgainAt_ = now + 5000;
  std::map<NodeId, NodeId> parents;
  collectParents(mesh_.asNodeTree(), parents);
  rollout_.setParents(std::move(parents));
}

void Distributor::service(Millis now, bool online) {
  lookAtTree(now);
  for (const Announce& to : rollout_.tick(now)) announce(to);
  if (!online) rollout_.hold(now);
  if (!online || !link_.configured() || now < restUntil_) return;
  if (rollout_.active()) return serviceRollout(now);
  if (!saved_.empty()) return resume(now);
  if (now < nextPollAt_) return;
  nextPollAt_ = now + OTA_POLL_INTERVAL;
  poll(now);
}

bool Distributor::claim(uint32_t updateId, int& status) {
  status = link_.post(updatePath(updateId, "/start"), "{}");
  return httpSucceeded(status);
}

void Distributor::poll(Millis now) {
  String answer;
  int status = link_.get("/api/v1/ota/updates/pending", &answer);
  const Json list(Json::parse(answer.c_str(), answer.length()));
  serverAnswered_ = serverAnswered_ || (status == 200 && cJSON_IsArray(list.root()));
  if (status != 200 || !cJSON_IsArray(list.root())) {
    OTA_LOG("Poll failed: %d", status);
    return;
  }
  const cJSON* row = nullptr;
  cJSON_ArrayForEach(row, list.root()) {
    OtaUpdate update;
    if (!readOtaUpdate(row, OTA_PART_SIZE, update)) {
      OTA_LOG("Update %lu cannot be distributed: no role, MD5 or size", static_cast<unsigned long>(update.id));
      continue;
    }
    if (claim(update.id, status)) {
      const Json copy(cJSON_Duplicate(row, true));
      saved_ = copy.print().c_str();
      Store::put("update", saved_);
      return begin(update, now, false);
    }
    OTA_LOG("Update %lu not started: %d", static_cast<unsigned long>(update.id), status);
    if (!httpRefused(status)) return;
  }
}

// After a restart: the server still holds the job as ours, and knows how far each node had come.
void Distributor::resume(Millis now) {
  const Json row(Json::parse(saved_.c_str(), saved_.length()));
  OtaUpdate update;
  int status = 0;
  if (!readOtaUpdate(row.root(), OTA_PART_SIZE, update)) return end(now, "its record is damaged");
  if (!claim(update.id, status)) {
    if (httpRefused(status)) return end(now, "the server no longer holds it as ours");
    return fail(now, "start", status);
  }
  String answer;
  status = link_.get(updatePath(update.id, ""), &answer);
  const Json known(Json::parse(answer.c_str(), answer.length()));
  if (status != 200 || known.root() == nullptr) return fail(now, "state of the update", status);
  begin(update, now, true);
  const cJSON* node = nullptr;
  cJSON_ArrayForEach(node, cJSON_GetObjectItemCaseSensitive(known.root(), "nodes")) {
    const NodeId id = static_cast<NodeId>(strtoul(jsonText(node, "node_id").c_str(), nullptr, 16));
    rollout_.recall(id, jsonText(node, "status"), jsonNumber(node, "current_part"));
  }
}

void Distributor::begin(const OtaUpdate& update, Millis now, bool resumed) {
  // Whatever was offered before stops here: one rollout, one handler, and the handler serves this image only.
  rollout_.begin(update, now, resumed);
  lookAgainAt_ = now;
  source_.select(update);
  if (offers_.add(update.md5)) Store::put("offers", offers_.text());
  claimedAt_ = now;
  failures_ = 0;
  restUntil_ = 0;
  if (!sending_) {
    sending_ = true;  // painlessMesh keeps every handler for ever and asks them all
    mesh_.initOTASend(
        [this](painlessmesh::plugin::ota::DataRequest request, char* buffer) { return serve(request, buffer); },
        OTA_PART_SIZE);
  }
  OTA_LOG("%s update %lu: %s %s, %lu parts%s", resumed ? "Resuming" : "Starting",
          static_cast<unsigned long>(update.id), update.role.c_str(), update.version.c_str(),
          static_cast<unsigned long>(update.parts()), update.force ? ", forced" : "");
}

void Distributor::end(Millis now, const char* why) {
  OTA_LOG("Update ended: %s", why);
  rollout_.end();
  source_.release();
  saved_.clear();
  Store::remove("update");
  failures_ = 0;
  restUntil_ = 0;
  nextPollAt_ = now;
}

void Distributor::announce(const Announce& to) {
  const OtaUpdate& update = rollout_.update();
  // A request package with the announce's type: the library's announce has no addressee, and a stock receiver reads
  // only the announce's fields.
  painlessmesh::plugin::ota::DataRequest package;
  package.type = static_cast<int>(painlessmesh::plugin::ota::OTA_OP_CODES::ANNOUNCE);
  package.routing = painlessmesh::router::SINGLE;
  package.from = mesh_.getNodeId();
  package.dest = to.node;
  package.md5 = update.md5.c_str();
  package.hardware = update.hardware.c_str();
  package.role = update.role.c_str();
  package.noPart = update.parts();
  package.forced = to.forced;
  mesh_.sendPackage(&package);
  OTA_LOG("Offered %s %s to %s", update.role.c_str(), update.version.c_str(), nodeIdHex(to.node).c_str());
}

size_t Distributor::serve(const painlessmesh::plugin::ota::DataRequest& request, char* buffer) {
  const Millis now = nowMs();
  const uint32_t part = static_cast<uint32_t>(request.partNo);
  if (!rollout_.asked(request.from, request.md5.c_str(), request.role.c_str(), request.hardware.c_str(), part, now)) {
    return 0;
  }
  const size_t size = source_.read(part, reinterpret_cast<uint8_t*>(buffer));
  if (size > 0) rollout_.served(request.from, part, nowMs());
  return size;
}

}  // namespace meshswarm
