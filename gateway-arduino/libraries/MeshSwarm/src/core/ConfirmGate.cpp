#include "ConfirmGate.h"

namespace meshswarm {

std::string SelfTest::missing() const {
  std::string words;
  const auto add = [&words](const char* word) { words += (words.empty() ? "" : ", ") + std::string(word); };
  if (!storage) add("NVS does not keep a value");
  if (!files) add("the file system does not answer");
  if (!identity) add("MESHSWARM_IMAGE(role, version) is missing or names another role");
  return words;
}

void ConfirmGate::peerHeard(Millis now) {
  if (!heard_ || now - heardLast_ > kPeerMemory) heardSince_ = now;
  heard_ = true;
  heardLast_ = now;
}

bool ConfirmGate::open(const SelfTest& test, Millis now) const {
  if (!heard_ || !test.missing().empty()) return false;
  if (policy_ == ConfirmPolicy::gateway) return acknowledged_;
  return now - heardLast_ <= kPeerMemory && now - heardSince_ >= kMeshPatience;
}

}  // namespace meshswarm
