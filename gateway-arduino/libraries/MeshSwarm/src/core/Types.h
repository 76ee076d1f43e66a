// Plain words shared by the logic that knows no vendor API (everything in core/).
#pragma once
#include <stdint.h>

#include <string>

namespace meshswarm {

using Millis = uint64_t;  // milliseconds since this boot; 64 bits, so it never wraps
using NodeId = uint32_t;  // painlessMesh node id: the last four bytes of the SoftAP MAC

}  // namespace meshswarm
