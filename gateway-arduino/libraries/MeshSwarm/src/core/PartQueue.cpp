#include "PartQueue.h"

namespace meshswarm {

void PartQueue::add(NodeId node, uint32_t part, Millis now) {
  for (PartRequest& request : waiting_) {
    if (request.node != node) continue;
    request = PartRequest{node, part, now, 0};
    return;
  }
  waiting_.push_back(PartRequest{node, part, now, 0});
}

const PartRequest* PartQueue::next(Millis now) {
  while (!waiting_.empty() && now - waiting_.front().since > patience_) waiting_.pop_front();
  return waiting_.empty() ? nullptr : &waiting_.front();
}

void PartQueue::failed(bool final) {
  PartRequest request = waiting_.front();
  waiting_.pop_front();
  request.tries++;
  if (!final && request.tries < tries_) waiting_.push_back(request);
}

}  // namespace meshswarm
