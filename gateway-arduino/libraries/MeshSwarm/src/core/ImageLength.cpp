#include "ImageLength.h"

namespace meshswarm {

uint32_t imageLength(const ReadBytes& read, uint32_t limit) {
  uint8_t header[24];
  if (!read(0, header, sizeof header) || header[0] != 0xE9 || header[1] == 0 || header[1] > 16) return 0;
  uint32_t at = sizeof header;
  for (uint8_t i = 0; i < header[1]; i++) {
    uint8_t segment[8];
    if (!read(at, segment, sizeof segment)) return 0;
    const uint32_t length = segment[4] | segment[5] << 8 | segment[6] << 16 | static_cast<uint32_t>(segment[7]) << 24;
    if (length > limit || at + 8 > limit - length) return 0;
    at += 8 + length;
  }
  at = (at + 16) & ~15u;
  if (header[23] == 1) at += 32;
  return at <= limit ? at : 0;
}

}  // namespace meshswarm
