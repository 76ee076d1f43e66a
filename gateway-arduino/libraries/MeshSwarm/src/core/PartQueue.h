// Requests for parts that are not in memory. They are answered from loop(), one try a pass: in a callback of painlessMesh
// an HTTP request would hold the mesh's lock, and connections made meanwhile are lost.
#pragma once
#include <deque>

#include "Types.h"

namespace meshswarm {

struct PartRequest {
  NodeId node = 0;
  uint32_t part = 0;
  Millis since = 0;
  uint8_t tries = 0;
};

class PartQueue {
 public:
  // A request lives for `patience` milliseconds and `tries` attempts: the node asks again in 30 s anyway.
  PartQueue(uint32_t patience, uint8_t tries) : patience_(patience), tries_(tries) {}

  // A node's new request takes the place of the one it had.
  void add(NodeId node, uint32_t part, Millis now);
  void clear() { waiting_.clear(); }
  size_t size() const { return waiting_.size(); }

  // The request to try now; nullptr when there is none. Those that have waited too long are dropped.
  const PartRequest* next(Millis now);
  void answered() { waiting_.pop_front(); }

  // The first one's attempt failed: dropped after the last try or when `final`, else the others come first.
  void failed(bool final);

 private:
  uint32_t patience_;
  uint8_t tries_;
  std::deque<PartRequest> waiting_;
};

}  // namespace meshswarm
