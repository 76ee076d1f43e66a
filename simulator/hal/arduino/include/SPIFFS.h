// SPIFFS (libraries/SPIFFS/src/SPIFFS.h) on the board's file system partition: flat, names up to 31 characters.
#pragma once
#include "FS.h"
namespace fs {
class SPIFFSFS : public FS {
public:
  bool begin(bool formatOnFail = false, const char *basePath = "/spiffs", uint8_t maxOpenFiles = 10,
             const char *partitionLabel = NULL);
  bool format();
  size_t totalBytes();
  size_t usedBytes();
  void end();
};
} // namespace fs
extern fs::SPIFFSFS SPIFFS;
