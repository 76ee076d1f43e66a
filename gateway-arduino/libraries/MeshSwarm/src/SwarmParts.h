// The parts that MeshSwarm is made of, kept out of the header that sketches include.
#pragma once
#include <Arduino.h>

#include <deque>
#include <utility>

#include "Clock.h"
#include "MeshSwarmConfig.h"
#include "Store.h"
#include "core/KeptState.h"
#include "core/SharedState.h"
#include "net/ServerLink.h"
#include "ota/Distributor.h"
#include "ota/Trial.h"
#include "swarm/Json.h"

namespace meshswarm {

// {"t":type,"n":name,"d":data}; takes the tree of `data`.
String swarmMessage(int type, const String& name, Json& data);

struct SwarmParts {
  explicit SwarmParts(painlessMesh& mesh) : distributor(mesh, link) {}

  // Read at first use: NVS is not there yet when a sketch's global objects are constructed.
  const Settings& provisioned() {
    if (!settingsLoaded) settings.load();
    settingsLoaded = true;
    return settings;
  }

  SharedState state;
  KeptKeys kept{STATE_KEEP_INTERVAL};
  Settings settings;
  bool settingsLoaded = false;
  ServerLink link;
  Trial trial;
  Distributor distributor;
  std::deque<std::pair<uint32_t, String>> telemetry;  // from nodes, to be posted outside mesh.update()
  uint64_t restartAt = 0;                             // an order that needs a restart; 0 = none
};

}  // namespace meshswarm
