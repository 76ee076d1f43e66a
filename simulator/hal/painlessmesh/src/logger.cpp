#include <Arduino.h>
#include "painlessmesh/logger.hpp"

painlessmesh::logger::LogClass Log;

namespace painlessmesh {
namespace logger {

static const char *const names[] = {"ERROR",   "STARTUP", "MESH_STATUS", "CONNECTION", "SYNC",        "S_TIME",
                                    "COMMUNICATION", "GENERAL", "MSG_TYPES", "REMOTE", "APPLICATION", "DEBUG"};
enum { LEVELS = sizeof names / sizeof names[0] };

void LogClass::setLogLevel(uint16_t newTypes) {
  types = newTypes;
  Serial.print(F("\nsetLogLevel:"));
  for (int i = 0; i < LEVELS; i++)
    if (types >> i & 1) Serial.printf(" %s |", names[i]);
  Serial.println();
}

void LogClass::operator()(LogLevel type, const char *format, ...) {
  if (!(type & types)) return;
  char text[200];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (int i = 0; i < LEVELS; i++)
    if (type == 1 << i) Serial.printf("%s: ", names[i]);
  Serial.print(text);
}

} // namespace logger
} // namespace painlessmesh
