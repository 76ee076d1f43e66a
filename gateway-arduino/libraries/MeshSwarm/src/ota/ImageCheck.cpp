#include "ImageCheck.h"

#include <stdio.h>

namespace meshswarm {

void ImageCheck::begin(const OtaUpdate& update) {
  wanted_ = update.sha256;
  parts_ = update.parts();
  again_ = false;
  read();
}

void ImageCheck::read() {
  next_ = 0;
  mbedtls_sha256_starts(&sha_, 0);
}

CheckStep ImageCheck::step(FirmwareSource& source, int& status) {
  const std::vector<uint8_t>* bytes = source.fetch(next_, HTTP_READ_TIMEOUT, status);
  if (bytes == nullptr) return FirmwareSource::missing(status) ? CheckStep::Missing : CheckStep::Later;
  mbedtls_sha256_update(&sha_, bytes->data(), bytes->size());
  if (++next_ < parts_) return CheckStep::More;
  unsigned char digest[32];
  mbedtls_sha256_finish(&sha_, digest);
  found_.clear();
  for (const unsigned char byte : digest) {
    char hex[3];
    snprintf(hex, sizeof hex, "%02x", byte);
    found_ += hex;
  }
  if (found_ == wanted_) return CheckStep::Good;
  if (again_) return CheckStep::Bad;
  again_ = true;
  read();
  return CheckStep::Again;
}

}  // namespace meshswarm
