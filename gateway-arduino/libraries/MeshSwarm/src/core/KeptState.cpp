#include "KeptState.h"

#include <stdio.h>

namespace meshswarm {

std::string keptName(const std::string& key) {
  uint32_t crc = 0xFFFFFFFFu;
  for (unsigned char c : key) {
    crc ^= c;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
  }
  char name[10];
  snprintf(name, sizeof name, "s%08lx", static_cast<unsigned long>(crc ^ 0xFFFFFFFFu));
  return name;
}

std::string keptText(const std::string& key, const SharedEntry& entry) {
  return std::to_string(entry.version) + "," + std::to_string(entry.origin) + "," + std::to_string(key.length()) + ":" +
         key + entry.value;
}

// Digits up to `end`, which is passed over; false for none, too many for 32 bits, or anything else.
static bool number(const std::string& text, size_t& at, char end, uint32_t& out) {
  uint64_t value = 0;
  const size_t first = at;
  while (at < text.length() && text[at] >= '0' && text[at] <= '9' && at - first < 10) {
    value = value * 10 + static_cast<uint64_t>(text[at++] - '0');
  }
  if (at == first || at >= text.length() || text[at++] != end || value > 0xFFFFFFFFull) return false;
  out = static_cast<uint32_t>(value);
  return true;
}

bool parseKept(const std::string& text, std::string& key, SharedEntry& entry) {
  size_t at = 0;
  uint32_t version = 0, origin = 0, length = 0;
  if (!number(text, at, ',', version) || !number(text, at, ',', origin) || !number(text, at, ':', length)) return false;
  if (length == 0 || length > text.length() - at) return false;
  key = text.substr(at, length);
  entry = SharedEntry{text.substr(at + length), version, origin, 0};
  return true;
}

bool KeptKeys::add(const std::string& key) { return keys_.emplace(key, Kept()).second; }

bool KeptKeys::nameTaken(const std::string& key) const {
  for (const auto& [other, kept] : keys_) {
    if (other != key && keptName(other) == keptName(key)) return true;
  }
  return false;
}

void KeptKeys::changed(const std::string& key) {
  const auto found = keys_.find(key);
  if (found == keys_.end() || found->second.dirty) return;
  found->second.dirty = true;
  waiting_++;
}

bool KeptKeys::next(Millis now, bool all, std::string& key) {
  for (auto& [name, kept] : keys_) {
    if (!kept.dirty || (!all && kept.written && now - kept.writtenAt < every_)) continue;
    kept.dirty = false;
    waiting_--;
    kept.written = true;
    kept.writtenAt = now;
    key = name;
    return true;
  }
  return false;
}

}  // namespace meshswarm
