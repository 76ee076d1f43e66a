#include "FirmwareSource.h"

#include <string.h>

namespace meshswarm {

void FirmwareSource::select(const OtaUpdate& update) {
  update_ = update;
  cache_.select(update.md5);
  buffer_.resize(OTA_PART_SIZE);
  ahead_ = false;
  restUntil_ = 0;
}

void FirmwareSource::release() {
  cache_.select("");
  buffer_ = std::vector<uint8_t>();
  ahead_ = false;
}

uint32_t FirmwareSource::sizeOf(uint32_t number) const {
  const uint32_t at = number * update_.partSize;
  if (at >= update_.sizeBytes) return 0;
  const uint32_t left = update_.sizeBytes - at;
  return left < update_.partSize ? left : update_.partSize;
}

bool FirmwareSource::fetch(uint32_t number, uint32_t budgetMs, int& status) {
  const uint32_t size = sizeOf(number);
  const uint32_t first = number * update_.partSize;
  const String path = "/api/v1/firmware/" + String(update_.firmwareId) + "/download";
  if (!link_.getRange(path, first, first + size - 1, buffer_.data(), budgetMs, status)) return false;
  cache_.put(number, buffer_.data(), size);
  return true;
}

size_t FirmwareSource::read(uint32_t number, uint8_t* out) {
  const uint32_t size = sizeOf(number);
  if (size == 0 || size > OTA_PART_SIZE) return 0;
  const unsigned long startedAt = millis();
  int status = 0;
  // A node begins, perhaps again because the image was not whole: a part that was spoiled must not come from here.
  if (number == 0) cache_.clear();
  for (int tries = 0; tries < OTA_CHUNK_TRIES && !cache_.has(number); tries++) {
    if (tries > 0) delay(100);
    const unsigned long spent = millis() - startedAt;
    if (spent + 50 >= OTA_CHUNK_BUDGET || WiFi.status() != WL_CONNECTED) break;
    if (fetch(number, OTA_CHUNK_BUDGET - spent, status)) break;
    OTA_LOG("Part %lu: HTTP %d, try %d", static_cast<unsigned long>(number), status, tries + 1);
    if (status == 404 || status == 410 || status == 416) break;  // asking again changes nothing
  }
  const std::vector<uint8_t>* bytes = cache_.get(number);
  if (bytes == nullptr || bytes->size() != size) return 0;
  memcpy(out, bytes->data(), size);
  ahead_ = sizeOf(number + 1) > 0;
  nextPart_ = number + 1;
  return size;
}

void FirmwareSource::readAhead(Millis now) {
  if (!ahead_ || now < restUntil_) return;
  ahead_ = false;
  if (cache_.has(nextPart_)) return;
  int status = 0;
  if (!fetch(nextPart_, 1500, status)) restUntil_ = now + 5000;
}

}  // namespace meshswarm
