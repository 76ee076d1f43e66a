#include "RetryAfter.h"

#include <string.h>

namespace meshswarm {

// `count` digits at `at`; -1 when there is anything else.
static int digits(const std::string& text, size_t at, size_t count) {
  int value = 0;
  for (size_t i = at; i < at + count; i++) {
    if (i >= text.length() || text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

static uint64_t daysSince1970(int year, int month, int day) {
  // Years begin in March here, so that the leap day is the last one.
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return static_cast<uint64_t>(y * 365 + y / 4 - y / 100 + y / 400 + dayOfYear - 719468);
}

bool parseHttpDate(const std::string& text, uint64_t& seconds) {
  static const char* const months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.length() != 29 || text.compare(3, 2, ", ") != 0 || text.compare(25, 4, " GMT") != 0) return false;
  if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':') return false;
  const char* found = strstr(months, text.substr(8, 3).c_str());
  if (found == nullptr || (found - months) % 3 != 0) return false;
  const int day = digits(text, 5, 2), year = digits(text, 12, 4);
  const int hour = digits(text, 17, 2), minute = digits(text, 20, 2), second = digits(text, 23, 2);
  if (day < 1 || day > 31 || year < 1970 || hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  if (second < 0 || second > 60) return false;
  const int month = static_cast<int>((found - months) / 3) + 1;
  seconds = daysSince1970(year, month, day) * 86400 + static_cast<uint64_t>(hour * 3600 + minute * 60 + second);
  return true;
}

uint32_t retryAfterMs(const std::string& header, const std::string& date, uint32_t longest) {
  uint64_t wait = 0;
  if (!header.empty() && header.find_first_not_of("0123456789") == std::string::npos) {
    const uint64_t limit = longest / 1000 + 1;
    for (size_t i = 0; i < header.length() && wait < limit; i++) wait = wait * 10 + static_cast<uint64_t>(header[i] - '0');
  } else {
    uint64_t until = 0, now = 0;
    if (!parseHttpDate(header, until) || !parseHttpDate(date, now) || until <= now) return 0;
    wait = until - now;
  }
  return wait * 1000 > longest ? longest : static_cast<uint32_t>(wait * 1000);
}

}  // namespace meshswarm
