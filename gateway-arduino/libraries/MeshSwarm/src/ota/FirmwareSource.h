// The parts of the image that is being distributed, fetched from the server when they are needed.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "../MeshSwarmConfig.h"
#include "../core/PartCache.h"
#include "../core/RolloutTypes.h"
#include "../net/ServerLink.h"

namespace meshswarm {

class FirmwareSource {
 public:
  explicit FirmwareSource(ServerLink& link) : link_(link) {}

  void select(const OtaUpdate& update);
  void release();

  // Part `number` into `out` (at least OTA_PART_SIZE bytes), fetched by at most OTA_CHUNK_TRIES requests within
  // OTA_CHUNK_BUDGET: this runs in a painlessMesh callback, and the mesh stands still. 0 = not to be had now; the node
  // asks again in 30 s.
  size_t read(uint32_t number, uint8_t* out);

  // Fetches the part that follows the last one read, while that one is under way. One request; rests after a failure.
  void readAhead(Millis now);

 private:
  bool fetch(uint32_t number, uint32_t budgetMs, int& status);
  uint32_t sizeOf(uint32_t number) const;

  ServerLink& link_;
  PartCache cache_{OTA_CACHED_PARTS};
  OtaUpdate update_;
  std::vector<uint8_t> buffer_;  // not on the stack: painlessMesh has a part there already, and loopTask has 8 KB
  bool ahead_ = false;
  uint32_t nextPart_ = 0;
  Millis restUntil_ = 0;
};

}  // namespace meshswarm
