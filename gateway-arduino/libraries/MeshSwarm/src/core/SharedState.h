// The key-value state that all nodes share, and the rule by which copies of it converge.
//
// An entry is newer when its version is higher, or the version is equal and its origin id is lower. A local change
// takes the next version. The merge stores every newer entry, also when the value is the same: the public MeshSwarm
// 1.1.0 drops those, so that versions of two nodes can stay apart and a later change be lost.
#pragma once
#include <map>
#include <string>

#include "Types.h"

namespace meshswarm {

struct SharedEntry {
  std::string value;
  uint32_t version = 0;
  NodeId origin = 0;
  Millis changedAt = 0;
};

enum class Merge {
  Older,    // what we have stands
  Adopted,  // version or origin taken over, the value is the same: nobody needs to be told
  Changed,  // the value is new here: watchers run
  Full,     // no room for another key
};

class SharedState {
 public:
  static constexpr size_t kMaxKeys = 256;  // far above any sketch; bounds what a faulty peer can make us hold

  // A change made here. False when the value is already that one (nothing to broadcast) or there is no room.
  bool set(const std::string& key, const std::string& value, NodeId self, Millis now, std::string& oldValue);

  // An entry that came from the mesh.
  Merge merge(const std::string& key, const std::string& value, uint32_t version, NodeId origin, Millis now,
              std::string& oldValue);

  const SharedEntry* find(const std::string& key) const;
  const std::map<std::string, SharedEntry>& entries() const { return entries_; }

 private:
  std::map<std::string, SharedEntry> entries_;
};

}  // namespace meshswarm
