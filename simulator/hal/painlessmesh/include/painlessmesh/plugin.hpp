// Base classes for own package types (src/painlessmesh/plugin.hpp, v1.5.6). Types from 20 up are the user's.
#pragma once
#include "painlessmesh/protocol.hpp"

namespace painlessmesh {
namespace plugin {
HAL_MESH_PACKAGES {

class SinglePackage : public protocol::PackageInterface {
public:
  uint32_t from = 0;
  uint32_t dest = 0;
  router::Type routing;
  int type;
  int noJsonFields = 4;

  SinglePackage(int type) : routing(router::SINGLE), type(type) {}
  SinglePackage(json_object jsonObj) {
    from = jsonObj["from"].template as<uint32_t>();
    dest = jsonObj["dest"].template as<uint32_t>();
    type = jsonObj["type"].template as<int>();
    routing = static_cast<router::Type>(jsonObj["routing"].template as<int>());
  }
  json_object addTo(json_object &&jsonObj) const override {
    jsonObj["from"] = from;
    jsonObj["dest"] = dest;
    jsonObj["routing"] = static_cast<int>(routing);
    jsonObj["type"] = type;
    return jsonObj;
  }
};

class BroadcastPackage : public protocol::PackageInterface {
public:
  uint32_t from = 0;
  router::Type routing;
  int type;
  int noJsonFields = 3;

  BroadcastPackage(int type) : routing(router::BROADCAST), type(type) {}
  BroadcastPackage(json_object jsonObj) {
    from = jsonObj["from"].template as<uint32_t>();
    type = jsonObj["type"].template as<int>();
    routing = static_cast<router::Type>(jsonObj["routing"].template as<int>());
  }
  json_object addTo(json_object &&jsonObj) const override {
    jsonObj["from"] = from;
    jsonObj["routing"] = static_cast<int>(routing);
    jsonObj["type"] = type;
    return jsonObj;
  }
};

class NeighbourPackage : public SinglePackage {
public:
  NeighbourPackage(int type) : SinglePackage(type) { routing = router::NEIGHBOUR; }
  NeighbourPackage(json_object jsonObj) : SinglePackage(jsonObj) {}
};

} // HAL_MESH_PACKAGES
} // namespace plugin
} // namespace painlessmesh
