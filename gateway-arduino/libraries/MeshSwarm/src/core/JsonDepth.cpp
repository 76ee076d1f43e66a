#include "JsonDepth.h"

namespace meshswarm {

bool nestsDeeperThan(const char* text, size_t length, int limit) {
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
