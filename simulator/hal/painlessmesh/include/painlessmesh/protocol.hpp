// Packages, the layout tree and Variant (src/painlessmesh/protocol.hpp, v1.5.6).
#pragma once
#include <limits>
#include <list>
#include "painlessmesh/json.hpp"

namespace painlessmesh {

namespace router {
enum Type { ROUTING_ERROR = -1, NEIGHBOUR, SINGLE, BROADCAST };
} // namespace router

namespace protocol {

enum Type {
  TIME_DELAY = 3,
  TIME_SYNC = 4,
  NODE_SYNC_REQUEST = 5,
  NODE_SYNC_REPLY = 6,
  CONTROL = 7,
  BROADCAST = 8,
  SINGLE = 9
};

// This node's view of the mesh: itself on top.
class NodeTree {
public:
  uint32_t nodeId = 0;
  bool root = false;
  std::list<NodeTree> subs;

  NodeTree() {}
  NodeTree(uint32_t nodeID, bool iAmRoot) : nodeId(nodeID), root(iAmRoot) {}
  virtual ~NodeTree() = default;
  bool operator==(const NodeTree &b) const;
  bool operator!=(const NodeTree &b) const { return !(*this == b); }
  TSTRING toString(bool pretty = false) const;
  void clear();
};

HAL_MESH_PACKAGES {

// What can be sent: it writes its members, in order, into a JSON object.
class PackageInterface {
public:
  virtual json_object addTo(json_object &&jsonObj) const = 0;
};

class Single : public PackageInterface {
public:
  int type = SINGLE;
  uint32_t from = 0;
  uint32_t dest = 0;
  TSTRING msg = "";

  Single() {}
  Single(uint32_t fromID, uint32_t destID, TSTRING &message) : from(fromID), dest(destID), msg(message) {}
  Single(json_object jsonObj) {
    dest = jsonObj["dest"].template as<uint32_t>();
    from = jsonObj["from"].template as<uint32_t>();
    msg = jsonObj["msg"].template as<TSTRING>();
  }
  json_object addTo(json_object &&jsonObj) const override {
    jsonObj["type"] = type;
    jsonObj["dest"] = dest;
    jsonObj["from"] = from;
    jsonObj["msg"] = msg;
    return jsonObj;
  }
};

class Broadcast : public Single {
public:
  int type = BROADCAST;
  using Single::Single;
  json_object addTo(json_object &&jsonObj) const override {
    jsonObj = Single::addTo(std::move(jsonObj));
    jsonObj["type"] = type;
    return jsonObj;
  }
};

// Any package as JSON. A text that is not a JSON object gives an empty one: type 0, no destination.
class Variant {
public:
#ifdef HAL_MESH_ARDUINOJSON
  Variant(TSTRING json) { error = deserializeJson(document_, json, DeserializationOption::NestingLimit(255)); attach(); }
  Variant(const PackageInterface *pkg) {
    json_ = document_.to<JsonObject>();
    json_ = pkg->addTo(std::move(json_));
  }
  Variant(const Variant &other) : error(other.error), document_(other.document_) { attach(); }
  Variant &operator=(const Variant &other) {
    error = other.error;
    document_ = other.document_;
    attach();
    return *this;
  }
  void printTo(String &str, bool pretty = false) {
    if (pretty) serializeJsonPretty(json_, str);
    else serializeJson(json_, str);
  }
  DeserializationError error = DeserializationError::Ok;
#else
  Variant(TSTRING json) : root_(cJSON_Parse(json.c_str())) { attach(); }
  Variant(const PackageInterface *pkg) : root_(nullptr) {
    attach();
    pkg->addTo(std::move(json_));
  }
  Variant(const Variant &other) : root_(cJSON_Duplicate(other.root_, true)) { attach(); }
  Variant &operator=(const Variant &other) {
    if (this == &other) return *this;
    cJSON_Delete(root_);
    root_ = cJSON_Duplicate(other.root_, true);
    attach();
    return *this;
  }
  ~Variant() { cJSON_Delete(root_); }
  void printTo(String &str, bool pretty = false) {
    char *text = pretty ? cJSON_Print(root_) : cJSON_PrintUnformatted(root_);
    str += text;
    cJSON_free(text);
  }
#endif

  template <typename T> bool is() { return false; }
  template <typename T> T to() {
    if constexpr (std::is_same_v<T, json_object>) return json_;
    else return T(json_);
  }
  int type() { return json_["type"].template as<int>(); }
  uint32_t dest() { return json_["dest"].template is<uint32_t>() ? json_["dest"].template as<uint32_t>() : 0; }
  router::Type routing() {
    if (json_["routing"].template is<int>()) return static_cast<router::Type>(json_["routing"].template as<int>());
    switch (type()) {
      case SINGLE:
      case TIME_DELAY: return router::SINGLE;
      case BROADCAST: return router::BROADCAST;
      case NODE_SYNC_REQUEST:
      case NODE_SYNC_REPLY:
      case TIME_SYNC: return router::NEIGHBOUR;
      default: return router::ROUTING_ERROR;
    }
  }

private:
#ifdef HAL_MESH_ARDUINOJSON
  void attach() {
    if (error == DeserializationError::Ok) json_ = document_.as<JsonObject>();
  }
  JsonDocument document_;
#else
  void attach() {
    if (!cJSON_IsObject(root_)) {
      cJSON_Delete(root_);
      root_ = cJSON_CreateObject();
    }
    json_ = json_object(root_);
  }
  cJSON *root_;
#endif
  json_object json_;
};

template <> inline bool Variant::is<Single>() { return type() == SINGLE; }
template <> inline bool Variant::is<Broadcast>() { return type() == BROADCAST; }

} // HAL_MESH_PACKAGES
} // namespace protocol
} // namespace painlessmesh
