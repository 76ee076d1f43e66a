#include "FirmwareSource.h"

namespace meshswarm {

void FirmwareSource::select(const OtaUpdate& update) {
  update_ = update;
  cache_.select(update.md5);
  cache_.clear();
  ahead_ = false;
  restUntil_ = 0;
}

void FirmwareSource::release() {
  cache_.select("");
  ahead_ = false;
}

uint32_t FirmwareSource::sizeOf(uint32_t number) const {
  const uint32_t at = number * update_.partSize;
  if (at >= update_.sizeBytes) return 0;
  const uint32_t left = update_.sizeBytes - at;
  return left < update_.partSize ? left : update_.partSize;
}

bool FirmwareSource::request(uint32_t number, uint32_t budgetMs, int& status) {
  const uint32_t size = sizeOf(number);
  if (size == 0) return false;
  const uint32_t first = number * update_.partSize;
  const String path = "/api/v1/firmware/" + String(update_.firmwareId) + "/download";
  const unsigned long startedAt = millis();
  const uint32_t limit = answers_.timeout(HTTP_LEAST_TIMEOUT, budgetMs);
  if (link_.getRange(path, first, first + size - 1, cache_.place(number, size), limit, status)) {
    answers_.took(static_cast<uint32_t>(millis() - startedAt));
    return true;
  }
  cache_.drop(number);
  if (status < 0 || status == 206) answers_.late();
  return false;
}

const std::vector<uint8_t>* FirmwareSource::take(uint32_t number) {
  const std::vector<uint8_t>* bytes = cache_.take(number);
  if (bytes == nullptr) return nullptr;
  ahead_ = sizeOf(number + 1) > 0;
  nextPart_ = number + 1;
  return bytes;
}

const std::vector<uint8_t>* FirmwareSource::inMemory(uint32_t number) { return take(number); }

const std::vector<uint8_t>* FirmwareSource::fetch(uint32_t number, uint32_t budgetMs, int& status) {
  status = 0;
  if (!cache_.has(number) && !request(number, budgetMs, status)) return nullptr;
  return take(number);
}

void FirmwareSource::readAhead(Millis now) {
  if (!ahead_ || now < restUntil_) return;
  ahead_ = false;
  if (cache_.has(nextPart_)) return;
  int status = 0;
  if (!request(nextPart_, 1500, status)) restUntil_ = now + 5000;
}

}  // namespace meshswarm
