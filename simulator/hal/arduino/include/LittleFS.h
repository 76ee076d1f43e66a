// LittleFS (libraries/LittleFS/src/LittleFS.h) on the board's file system partition. Directories exist by the files in
// them.
#pragma once
#include "FS.h"
namespace fs {
class LittleFSFS : public FS {
public:
  bool begin(bool formatOnFail = false, const char *basePath = "/littlefs", uint8_t maxOpenFiles = 10,
             const char *partitionLabel = "spiffs");
  bool format();
  size_t totalBytes();
  size_t usedBytes();
  void end();
};
} // namespace fs
extern fs::LittleFSFS LittleFS;
