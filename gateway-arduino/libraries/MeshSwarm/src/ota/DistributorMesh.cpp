// Distributor: what goes over the mesh: announces, requests for parts, the parts.
#include <base64.h>
#include <string.h>

#include "../Clock.h"
#include "../core/NodeIds.h"
#include "Distributor.h"

namespace meshswarm {

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

// Inside mesh.update(), under the mesh's lock: nothing here may wait. A part that is not in memory is fetched and sent
// from service().
size_t Distributor::serve(const painlessmesh::plugin::ota::DataRequest& request, char* buffer) {
  const Millis now = nowMs();
  const uint32_t part = static_cast<uint32_t>(request.partNo);
  if (!rollout_.asked(request.from, request.md5.c_str(), request.role.c_str(), request.hardware.c_str(), part, now)) {
    return 0;
  }
  if (part == 0) source_.forget();
  const std::vector<uint8_t>* bytes = source_.inMemory(part);
  if (bytes == nullptr) {
    waiting_.add(request.from, part, now);
    return 0;
  }
  memcpy(buffer, bytes->data(), bytes->size());
  rollout_.served(request.from, part, now);
  return bytes->size();
}

void Distributor::serveWaiting(Millis now) {
  const PartRequest* request = waiting_.next(now);
  if (request == nullptr) return;
  int status = 0;
  const std::vector<uint8_t>* bytes = source_.fetch(request->part, OTA_CHUNK_BUDGET / OTA_CHUNK_TRIES, status);
  if (bytes == nullptr) {
    OTA_LOG("Part %lu: HTTP %d, try %d", static_cast<unsigned long>(request->part), status, request->tries + 1);
    waiting_.failed(FirmwareSource::missing(status));
    return;
  }
  sendPart(*request, *bytes);
  rollout_.served(request->node, request->part, nowMs());
  waiting_.answered();
}

// What painlessMesh sends when a handler gives it bytes.
void Distributor::sendPart(const PartRequest& request, const std::vector<uint8_t>& bytes) {
  painlessmesh::plugin::ota::DataRequest asked;
  asked.from = request.node;
  asked.dest = mesh_.getNodeId();
  asked.md5 = update_.md5.c_str();
  asked.hardware = update_.hardware.c_str();
  asked.role = update_.role.c_str();
  asked.noPart = update_.parts();
  const String data = ::base64::encode(bytes.data(), bytes.size());
  const auto package = painlessmesh::plugin::ota::Data::replyTo(asked, data, request.part);
  mesh_.sendPackage(&package);
}

}  // namespace meshswarm
