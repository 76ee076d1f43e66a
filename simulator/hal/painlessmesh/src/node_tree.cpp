#include <Arduino.h>
#include <cJSON.h>
#include "painlessmesh/protocol.hpp"

namespace painlessmesh {
namespace protocol {

bool NodeTree::operator==(const NodeTree &b) const {
  return nodeId == b.nodeId && root == b.root && subs == b.subs;
}

void NodeTree::clear() {
  nodeId = 0;
  root = false;
  subs.clear();
}

// The members the library writes, in its order: root only when true, subs only when there are some.
static cJSON *to_json(const NodeTree &tree) {
  cJSON *out = cJSON_CreateObject();
  cJSON_AddNumberToObject(out, "nodeId", static_cast<double>(tree.nodeId));
  if (tree.root) cJSON_AddTrueToObject(out, "root");
  if (tree.subs.empty()) return out;
  cJSON *subs = cJSON_AddArrayToObject(out, "subs");
  for (const NodeTree &sub : tree.subs) cJSON_AddItemToArray(subs, to_json(sub));
  return out;
}

TSTRING NodeTree::toString(bool pretty) const {
  cJSON *json = to_json(*this);
  char *text = pretty ? cJSON_Print(json) : cJSON_PrintUnformatted(json);
  TSTRING out(text);
  cJSON_free(text);
  cJSON_Delete(json);
  return out;
}

} // namespace protocol
} // namespace painlessmesh
