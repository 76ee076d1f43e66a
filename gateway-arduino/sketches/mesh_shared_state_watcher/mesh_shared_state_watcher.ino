// Watcher: has no sensor; its serial log shows what happens in the mesh: every change of shared state, who comes and goes,
// and the tree by which all are connected. Serial command: tree.
#include <MeshSwarm.h>

#include <map>
#include <set>

MESHSWARM_IMAGE("watcher", FIRMWARE_VERSION)

#define SETTLE_MS 2000          // after a change of topology, until the tree is printed
#define PEERS_INTERVAL_MS 1000  // between looks at who is there

MeshSwarm swarm;
String printedTree;  // as JSON, to print no tree twice
unsigned long changedAt = 0;
unsigned long peersAt = 0;
bool changed = true;
std::map<uint32_t, String> known;  // id → what was last printed of a peer

static String nameOf(uint32_t id) {
  if (id == swarm.getNodeId()) return swarm.getNodeName();
  const auto peer = swarm.getPeers().find(id);
  return peer != swarm.getPeers().end() ? peer->second.name : String(id);
}

static void printBranch(const painlessmesh::protocol::NodeTree& node, int depth) {
  Serial.printf("[TREE] %*s%s (%lu)%s\n", depth * 2, "", nameOf(node.nodeId).c_str(),
                static_cast<unsigned long>(node.nodeId), node.root ? " root" : "");
  for (const auto& below : node.subs) printBranch(below, depth + 1);
}

static void printTree() {
  Serial.printf("[TREE] %u nodes\n", static_cast<unsigned>(swarm.getMesh().getNodeList(true).size()));
  printBranch(swarm.getMesh().asNodeTree(), 0);
}

static void watchTopology() {
  if (!changed || millis() - changedAt < SETTLE_MS) return;
  changed = false;
  const String tree = swarm.getMesh().subConnectionJson();
  if (tree == printedTree) return;
  printedTree = tree;
  printTree();
}

// What a heartbeat says of a node: its kind, version, and whether that is confirmed.
static void watchPeers() {
  if (millis() - peersAt < PEERS_INTERVAL_MS) return;
  peersAt = millis();
  std::set<uint32_t> present;
  for (const auto& [id, peer] : swarm.getPeers()) {
    if (!peer.alive) continue;
    present.insert(id);
    const String text = peer.otaRole + " " + peer.firmware + " " + peer.confirm;
    String& last = known[id];
    if (last == text) continue;
    last = text;
    Serial.printf("[PEER] %s (%lu) %s\n", peer.name.c_str(), static_cast<unsigned long>(id), text.c_str());
  }
  for (auto peer = known.begin(); peer != known.end();) {
    if (present.count(peer->first) > 0) {
      ++peer;
      continue;
    }
    Serial.printf("[PEER] %lu is gone\n", static_cast<unsigned long>(peer->first));
    peer = known.erase(peer);
  }
}

void setup() {
  swarm.begin();
  swarm.watchState("*", [](const String& key, const String& value, const String& oldValue) {
    Serial.printf("[WATCH] %s: %s -> %s\n", key.c_str(), oldValue.length() > 0 ? oldValue.c_str() : "(new)",
                  value.c_str());
  });
  swarm.getMesh().onChangedConnections([]() {
    changed = true;
    changedAt = millis();
  });
  swarm.onSerialCommand([](const String& command) {
    if (command != "tree") return false;
    printTree();
    return true;
  });
  swarm.enableOTAReceive("watcher");
}

void loop() {
  swarm.update();
  watchTopology();
  watchPeers();
}
