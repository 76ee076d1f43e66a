// The parts of the image that is being distributed, fetched from the server when they are needed. Two are in memory at
// most.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "../MeshSwarmConfig.h"
#include "../core/PartCache.h"
#include "../core/RolloutTypes.h"
#include "../core/RoundTrip.h"
#include "../net/ServerLink.h"

namespace meshswarm {

class FirmwareSource {
 public:
  explicit FirmwareSource(ServerLink& link) : link_(link) {}

  void select(const OtaUpdate& update);
  void release();

  // Part `number`, if it is in memory; nullptr otherwise. The next one is then fetched ahead.
  const std::vector<uint8_t>* inMemory(uint32_t number);

  // The same by one request, of at most `budgetMs`: from loop(), never from a callback of painlessMesh. nullptr: not to
  // be had now; `status` says why. How long an answer may take follows how long the last ones took.
  const std::vector<uint8_t>* fetch(uint32_t number, uint32_t budgetMs, int& status);

  // Fetches the part that follows the last one sent, while that one is under way. One request; rests after a failure.
  void readAhead(Millis now);

  // A node begins, perhaps again because the image was not whole: a part that was spoiled must not come from here.
  void forget() { cache_.clear(); }

  // Whether asking again for these bytes would change nothing.
  static bool missing(int status) { return status == 404 || status == 410 || status == 416; }

 private:
  bool request(uint32_t number, uint32_t budgetMs, int& status);
  const std::vector<uint8_t>* take(uint32_t number);
  uint32_t sizeOf(uint32_t number) const;

  ServerLink& link_;
  PartCache cache_;
  RoundTrip answers_;
  OtaUpdate update_;
  bool ahead_ = false;
  uint32_t nextPart_ = 0;
  Millis restUntil_ = 0;
};

}  // namespace meshswarm
