// Debug output of painlessMesh (src/painlessmesh/logger.hpp). The engine's own messages are printed by the host under the
// same mask.
#pragma once
#include "Arduino.h"

namespace painlessmesh {
namespace logger {

typedef enum {
  ERROR = 1 << 0,
  STARTUP = 1 << 1,
  MESH_STATUS = 1 << 2,
  CONNECTION = 1 << 3,
  SYNC = 1 << 4,
  S_TIME = 1 << 5,
  COMMUNICATION = 1 << 6,
  GENERAL = 1 << 7,
  MSG_TYPES = 1 << 8,
  REMOTE = 1 << 9,
  APPLICATION = 1 << 10,
  DEBUG = 1 << 11
} LogLevel;

class LogClass {
public:
  void setLogLevel(uint16_t newTypes);
  void operator()(LogLevel type, const char *format, ...) __attribute__((format(printf, 3, 4)));

private:
  uint16_t types = 0;
};

} // namespace logger
} // namespace painlessmesh

extern painlessmesh::logger::LogClass Log;
