// The values that the distribution of one image to the nodes of one role is made of.
#pragma once
#include <string>

#include "Types.h"

namespace meshswarm {

// One row of GET /api/v1/ota/updates/pending.
struct OtaUpdate {
  uint32_t id = 0;
  uint32_t firmwareId = 0;
  std::string role;      // node_type
  std::string version;
  std::string hardware;  // painlessMesh's string: "ESP32" for every ESP32 chip
  std::string md5;
  std::string sha256;    // of the whole image, lower-case hex; empty: a stock server does not say it
  std::string target;    // target_node_id, hex or decimal; empty = every node of the role
  uint32_t sizeBytes = 0;
  uint32_t partSize = 0;
  bool force = false;

  bool checkable() const { return sha256.length() == 64; }
  uint32_t parts() const { return partSize == 0 ? 0 : (sizeBytes + partSize - 1) / partSize; }
};

// What a heartbeat says about its sender's firmware. A stock MeshSwarm node says none of it (`known` false).
struct NodeReport {
  NodeId node = 0;
  bool known = false;
  uint32_t upSeconds = 0;
  std::string role;      // OTA role; empty when the node receives nothing
  std::string version;
  std::string md5;       // of the running image
  std::string confirm;   // "pending" | "valid" | "none"
  std::string hardware = "ESP32";  // this library runs on nothing else
  std::string fallenMd5; // rb.md5: the image it last came back from
  std::string fallenWhy; // rb.reason
};

enum class Phase {
  Waiting,      // not offered yet, or to be offered again
  Offered,      // announced, has not asked for a part
  Downloading,
  Rebooting,    // has been sent the last part, or runs the image without having confirmed it
  Completed,    // heard running and confirming it
  Unverified,   // a stock node that restarted after the last part: it cannot say what it runs
  Failed,
  RolledBack,
};

inline bool isFinal(Phase phase) { return phase >= Phase::Completed; }

// The server's word for a phase: pending, downloading, rebooting, completed, failed, rolled_back.
const char* phaseStatus(Phase phase);

struct RolloutLimits {
  size_t receivers = 2;               // nodes that are sent parts at the same time
  Millis announceEvery = 60000;       // to a node that does not ask
  Millis repeats = 30000;             // a receiver repeats an unanswered request by itself
  Millis patienceLeast = 40000;       // silence of a downloading node whose pace is known, at least and at most
  Millis patienceMost = 300000;
  Millis aliveFor = 20000;            // a node not heard for longer is not offered anything
  Millis gather = 6000;               // every node is heard once before the first is chosen (a heartbeat and a bit)
  Millis settle = 30000;              // nobody is finished before every node had time to be heard
  Millis unclaimed = 600000;          // no node of that role in all this time: give up
  Millis stall = 1800000;             // no node got any further in all this time: give up on the rest
  Millis dead = 900000;               // a node not heard for so long has failed; longer than the trial of an image
  Millis verify = 60000;              // after the last part a node restarts within seconds, or did not accept the image
  uint8_t announces = 5;              // unanswered announces before a node counts as failed
  uint8_t attempts = 3;               // whole transfers to one node
  Millis reportEvery = 1000;          // between two reports of a node that is not finished
};

struct Announce {
  NodeId node = 0;
  bool forced = false;
};

// One POST /api/v1/ota/updates/{id}/node/{node}/progress.
struct ProgressReport {
  NodeId node = 0;
  Phase phase = Phase::Waiting;
  uint32_t part = 0;
  std::string version;
  std::string md5;
  bool confirmed = false;
  std::string error;
};

struct RolloutCount {
  size_t targets = 0, completed = 0, unverified = 0, failed = 0, rolledBack = 0;
  size_t open() const { return targets - completed - unverified - failed - rolledBack; }
};

}  // namespace meshswarm
