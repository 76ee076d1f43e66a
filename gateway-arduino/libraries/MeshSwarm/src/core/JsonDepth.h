// A guard before a recursive JSON parser: loopTask has 8 KB of stack, and cJSON would follow a thousand levels.
#pragma once
#include <stddef.h>

namespace meshswarm {

// Whether brackets outside strings nest deeper than `limit`. Allocates nothing; malformed text is the parser's affair.
bool nestsDeeperThan(const char* text, size_t length, int limit);

}  // namespace meshswarm
