// The Content-Range header of a 206 answer (RFC 9110, section 14.4).
#pragma once
#include <stdint.h>

#include <string>

namespace meshswarm {

struct ContentRange {
  uint32_t first = 0;
  uint32_t last = 0;   // inclusive
  uint32_t total = 0;  // 0 when the server says '*'
};

// "bytes 0-1023/20480" → values. False for another unit, a malformed header, or last < first.
bool parseContentRange(const std::string& header, ContentRange& out);

}  // namespace meshswarm
