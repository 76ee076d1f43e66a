// When an image that runs on trial (PENDING_VERIFY) may be kept.
//
// Two things are needed: the self-test, and then what the policy asks for. `gateway`: whoever offered the image has
// answered our heartbeat with its MD5, so the way back to the sender is proved. `mesh`: peers have been heard for a
// minute, for meshes whose gateway does not know of answers.
#pragma once
#include <string>

#include "Types.h"

namespace meshswarm {

enum class ConfirmPolicy : uint8_t { gateway, mesh };

struct SelfTest {
  bool storage = false;   // NVS takes a value and gives it back
  bool files = false;     // the file system that painlessMesh keeps its record in answers
  bool identity = false;  // MESHSWARM_IMAGE tells role and version, and the role is the one that is received for

  // What is missing, in words; empty when all is well.
  std::string missing() const;
};

class ConfirmGate {
 public:
  static constexpr Millis kPeerMemory = 15000;   // a peer silent for longer is gone (three heartbeats)
  static constexpr Millis kMeshPatience = 60000; // policy mesh: how long peers must have been heard

  explicit ConfirmGate(ConfirmPolicy policy = ConfirmPolicy::gateway) : policy_(policy) {}
  void setPolicy(ConfirmPolicy policy) { policy_ = policy; }
  ConfirmPolicy policy() const { return policy_; }

  void peerHeard(Millis now);
  void acknowledged() { acknowledged_ = true; }  // by the sender, for the running image

  // Whether the image may be kept now.
  bool open(const SelfTest& test, Millis now) const;

 private:
  ConfirmPolicy policy_;
  bool heard_ = false;
  bool acknowledged_ = false;
  Millis heardSince_ = 0;
  Millis heardLast_ = 0;
};

}  // namespace meshswarm
