#include "OtaRecord.h"

#include <Arduino.h>
#include <FS.h>
#if defined(USE_FS_LITTLEFS)
#include <LittleFS.h>
#define MESHSWARM_FILES LittleFS
#else
#include <SPIFFS.h>
#define MESHSWARM_FILES SPIFFS
#endif

#include "../swarm/Json.h"

namespace meshswarm {

static const char* const kRecordPath = "/ota_fw.json";
static const char* const kHardware = "ESP32";  // painlessMesh's word for every ESP32 chip

bool otaFilesAnswer() { return MESHSWARM_FILES.begin(true) && MESHSWARM_FILES.totalBytes() > 0; }

std::string otaRecordMd5(const std::string& role) {
  if (!otaFilesAnswer() || !MESHSWARM_FILES.exists(kRecordPath)) return std::string();
  File file = MESHSWARM_FILES.open(kRecordPath, "r");
  if (!file) return std::string();
  std::string text;
  while (file.available() && text.length() < 512) text += static_cast<char>(file.read());
  file.close();
  const Json record(Json::parse(text.c_str(), text.length()));
  if (record.root() == nullptr || jsonText(record.root(), "hardware") != kHardware) return std::string();
  if (!role.empty() && jsonText(record.root(), "role") != role) return std::string();
  return jsonText(record.root(), "md5");
}

bool writeOtaRecord(const std::string& role, const std::string& md5) {
  if (!otaFilesAnswer()) return false;
  const Json record;
  jsonAdd(record.root(), "role", role);
  jsonAdd(record.root(), "md5", md5);
  jsonAdd(record.root(), "hardware", kHardware);
  cJSON_AddBoolToObject(record.root(), "broadcasted", false);
  const String text = record.print();
  File file = MESHSWARM_FILES.open(kRecordPath, "w");
  if (!file) return false;
  const size_t written = file.print(text);
  file.close();
  return written == text.length();
}

}  // namespace meshswarm
