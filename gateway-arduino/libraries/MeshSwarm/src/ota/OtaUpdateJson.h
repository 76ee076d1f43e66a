// JSON of the server's mesh API (contract B).
#pragma once
#include "../core/RolloutTypes.h"
#include "../swarm/Json.h"

namespace meshswarm {

// One row of the pending list. False when it cannot be distributed: no id, role or MD5, or a size of 0 or over 16 MB.
// Parts have the server's part_size if that is at most `largestPart`, else `largestPart`.
bool readOtaUpdate(const cJSON* row, uint32_t largestPart, OtaUpdate& out);

// "/api/v1/ota/updates/<id><action>"
inline String updatePath(uint32_t id, const String& action) { return "/api/v1/ota/updates/" + String(id) + action; }

String progressJson(const ProgressReport& report, uint32_t parts);

}  // namespace meshswarm
