// Length of an ESP app image, from its headers (ESP-IDF, esp_app_format.h and esp_image_format.c): 24 bytes of header,
// segments of 8 + length bytes, padding with one checksum byte up to a multiple of 16, and a SHA-256 if byte 23 says so.
#pragma once
#include <stdint.h>

#include <functional>

namespace meshswarm {

// Reads `size` bytes at `offset`; false when they do not exist.
using ReadBytes = std::function<bool(uint32_t offset, void* out, uint32_t size)>;

// 0 when there is no image, or it does not end within `limit` bytes.
uint32_t imageLength(const ReadBytes& read, uint32_t limit);

}  // namespace meshswarm
