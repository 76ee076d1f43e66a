#include "JsonDepth.h"

#include <string.h>

#include <initializer_list>

namespace meshswarm {

// So many openings cannot nest deeper than the limit, wherever they stand: what nearly every message shows at once.
static bool opensAtMost(const char* text, size_t length, int limit) {
  const char* const end = text + length;
  for (const char opening : {'{', '['}) {
    for (const char* at = text; at < end; at++) {
      at = static_cast<const char*>(memchr(at, opening, static_cast<size_t>(end - at)));
      if (at == nullptr) break;
      if (--limit < 0) return false;
    }
  }
  return true;
}

bool nestsDeeperThan(const char* text, size_t length, int limit) {
  if (opensAtMost(text, length, limit)) return false;
  int depth = 0;
  bool inString = false;
  for (size_t i = 0; i < length; i++) {
    const char c = text[i];
    if (inString) {
      if (c == '\\') i++;
      if (c == '"') inString = false;
    } else if (c == '"') {
      inString = true;
    } else if (c == '{' || c == '[') {
      if (++depth > limit) return true;
    } else if (c == '}' || c == ']') {
      depth--;
    }
  }
  return false;
}

}  // namespace meshswarm
