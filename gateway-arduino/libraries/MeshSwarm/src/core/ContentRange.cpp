#include "ContentRange.h"

namespace meshswarm {

static bool takeNumber(const std::string& text, size_t& at, uint32_t& out) {
  uint64_t value = 0;
  size_t digits = 0;
  while (at < text.length() && text[at] >= '0' && text[at] <= '9' && digits < 10) {
    value = value * 10 + static_cast<uint64_t>(text[at++] - '0');
    digits++;
  }
  if (digits == 0 || value > 0xFFFFFFFFull) return false;
  out = static_cast<uint32_t>(value);
  return true;
}

bool parseContentRange(const std::string& header, ContentRange& out) {
  static const std::string unit = "bytes ";
  if (header.compare(0, unit.length(), unit) != 0) return false;
  size_t at = unit.length();
  if (!takeNumber(header, at, out.first)) return false;
  if (at >= header.length() || header[at++] != '-') return false;
  if (!takeNumber(header, at, out.last) || out.last < out.first) return false;
  if (at >= header.length() || header[at++] != '/') return false;
  out.total = 0;
  if (at + 1 == header.length() && header[at] == '*') return true;
  return takeNumber(header, at, out.total) && at == header.length();
}

}  // namespace meshswarm
