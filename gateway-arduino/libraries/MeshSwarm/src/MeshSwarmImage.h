// What an image says of itself. On Arduino boards esp_app_desc_t names only the core ("arduino-lib-builder"), so the
// sketch states role and version with MESHSWARM_IMAGE, once, at file scope:
//
//   MESHSWARM_IMAGE("pir", FIRMWARE_VERSION)
//
// That puts a tagged text into .rodata, which servers and tools find in the image file, and tells the library the same
// values. FIRMWARE_VERSION is known to the sketch's translation unit only, so the library learns it from here.
#pragma once
#include <stdint.h>

#include "MeshSwarmConfig.h"
#include "core/ConfirmGate.h"

#ifndef FIRMWARE_VERSION
#define FIRMWARE_VERSION "1.0.0"
#endif

namespace meshswarm {

struct ImageIdentity {
  const char* tag = nullptr;  // the text in .rodata; nullptr when the sketch has no MESHSWARM_IMAGE
  const char* role = "";
  const char* version = "";
  ConfirmPolicy policy = ConfirmPolicy::gateway;
  uint32_t confirmDeadlineMs = MESHSWARM_CONFIRM_DEADLINE;
};

const ImageIdentity& imageIdentity();

struct ImageRegistration {
  explicit ImageRegistration(const ImageIdentity& identity);
};

}  // namespace meshswarm

// The name has C linkage and is not static: a program with two of them does not link.
#define MESHSWARM_IMAGE(role, version)                                                                        \
  extern "C" {                                                                                                \
  extern const char meshswarm_image_tag[];                                                                    \
  __attribute__((used)) const char meshswarm_image_tag[] =                                                    \
      "@(#)MESHSWARM_IMAGE role=" role " version=" version;                                                   \
  }                                                                                                           \
  static const meshswarm::ImageRegistration meshswarm_image_registration(meshswarm::ImageIdentity{            \
      meshswarm_image_tag, role, version, meshswarm::ConfirmPolicy::MESHSWARM_CONFIRM, MESHSWARM_CONFIRM_DEADLINE});
