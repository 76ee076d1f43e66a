// /ota_fw.json, painlessMesh's memory of the image it last flashed: {"role","md5","hardware","broadcasted"}. It is read
// once, inside initOTAReceive, and an announce of the MD5 that stands there is not taken.
#pragma once
#include <string>

namespace meshswarm {

// Mounts the file system as painlessMesh does (SPIFFS; LittleFS with USE_FS_LITTLEFS). False when it does not answer.
bool otaFilesAnswer();

// The MD5 that the file names; "" when there is no file or it names another hardware. `role` empty = any role.
std::string otaRecordMd5(const std::string& role);
bool writeOtaRecord(const std::string& role, const std::string& md5);

}  // namespace meshswarm
