// SHA-256 of an image that is on the server, part by part: nothing of it is kept.
#pragma once
#include <mbedtls/sha256.h>

#include <string>

#include "FirmwareSource.h"

namespace meshswarm {

enum class CheckStep { More, Good, Again, Bad, Missing, Later };

class ImageCheck {
 public:
  ImageCheck() { mbedtls_sha256_init(&sha_); }
  ~ImageCheck() { mbedtls_sha256_free(&sha_); }
  ImageCheck(const ImageCheck&) = delete;
  ImageCheck& operator=(const ImageCheck&) = delete;

  // `source` has selected `update`.
  void begin(const OtaUpdate& update);

  // One more part. Again: the hash differs, the image is read a second time, in case it was spoiled on its way. Bad: it
  // differs still, see found(). Missing: the server does not have these bytes, `status` says how. Later: they did not
  // come now.
  CheckStep step(FirmwareSource& source, int& status);

  const std::string& found() const { return found_; }  // lower-case hex, after Good, Again and Bad

 private:
  void read();

  mbedtls_sha256_context sha_;
  std::string wanted_, found_;
  uint32_t next_ = 0, parts_ = 0;
  bool again_ = false;
};

}  // namespace meshswarm
