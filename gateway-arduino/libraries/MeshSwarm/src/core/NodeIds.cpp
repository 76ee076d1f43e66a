#include "NodeIds.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

namespace meshswarm {

std::string nodeIdHex(NodeId id) {
  char text[9];
  snprintf(text, sizeof text, "%lx", static_cast<unsigned long>(id));
  return text;
}

std::string nodeIdName(NodeId id) {
  std::string hex = nodeIdHex(id);
  for (char& c : hex) c = static_cast<char>(toupper(static_cast<unsigned char>(c)));
  return "N" + (hex.length() > 4 ? hex.substr(hex.length() - 4) : hex);
}

// The whole of `text` as a number in `base`; false when it is empty, too long for 32 bits or has other characters.
static bool wholeNumber(const std::string& text, int base, NodeId& out) {
  if (text.empty() || text.length() > 10) return false;
  for (unsigned char c : text) {
    if (base == 16 ? !isxdigit(c) : !isdigit(c)) return false;
  }
  const unsigned long long value = strtoull(text.c_str(), nullptr, base);
  if (value > 0xFFFFFFFFull) return false;
  out = static_cast<NodeId>(value);
  return true;
}

bool namesNode(const std::string& text, NodeId id) {
  NodeId value = 0;
  if (text.length() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    return wholeNumber(text.substr(2), 16, value) && value == id;
  }
  if (wholeNumber(text, 16, value) && value == id) return true;
  return wholeNumber(text, 10, value) && value == id;
}

}  // namespace meshswarm
