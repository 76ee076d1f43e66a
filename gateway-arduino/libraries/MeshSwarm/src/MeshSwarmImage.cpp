#include "MeshSwarmImage.h"

namespace meshswarm {

// Constant-initialised, so it is ready whichever file's constructors run first.
static constinit ImageIdentity registered;

const ImageIdentity& imageIdentity() { return registered; }

ImageRegistration::ImageRegistration(const ImageIdentity& identity) { registered = identity; }

}  // namespace meshswarm
