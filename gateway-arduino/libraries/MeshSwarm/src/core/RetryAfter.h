// The Retry-After header (RFC 9110, section 10.2.3): seconds, or a date.
#pragma once
#include <stdint.h>

#include <string>

namespace meshswarm {

// Milliseconds to wait, at most `longest`; 0 when the header is empty, malformed or in the past. A board has no calendar,
// so a date counts from `date`, the same answer's Date header; without that it is ignored.
uint32_t retryAfterMs(const std::string& header, const std::string& date, uint32_t longest);

// Seconds since 1970 of "Sun, 06 Nov 1994 08:49:37 GMT" (the only form that servers may send); false for others.
bool parseHttpDate(const std::string& text, uint64_t& seconds);

}  // namespace meshswarm
