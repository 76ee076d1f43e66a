// Who has been heard of late, and what each said last: an order is also for those nodes of its role that are cut off when it
// comes.
#pragma once
#include <map>

#include "RolloutTypes.h"

namespace meshswarm {

class Roster {
 public:
  static constexpr size_t kMost = 256;  // far above any mesh of this chip; bounds what made-up senders can make us hold

  struct Entry {
    NodeReport report;
    Millis heardAt = 0;
  };

  // `memory`: how long a node counts that is not heard any more.
  explicit Roster(Millis memory) : memory_(memory) {}

  void heard(const NodeReport& report, Millis now);

  // Those that take updates and were heard in the `memory` before `moment` or later; the others are forgotten.
  const std::map<NodeId, Entry>& at(Millis moment);

 private:
  void forgetBefore(Millis moment);

  Millis memory_;
  std::map<NodeId, Entry> entries_;
};

}  // namespace meshswarm
