#include "OtaUpdateJson.h"

#include <ctype.h>

#include "../core/Md5List.h"

namespace meshswarm {

bool readOtaUpdate(const cJSON* row, uint32_t largestPart, OtaUpdate& out) {
  out = OtaUpdate();
  out.id = jsonNumber(row, "update_id");
  out.firmwareId = jsonNumber(row, "firmware_id");
  out.role = jsonText(row, "node_type");
  out.version = jsonText(row, "version");
  out.hardware = jsonText(row, "hardware", "ESP32");
  out.md5 = jsonText(row, "md5");
  for (char& c : out.md5) c = static_cast<char>(tolower(static_cast<unsigned char>(c)));
  out.sha256 = jsonText(row, "sha256");
  for (char& c : out.sha256) c = static_cast<char>(tolower(static_cast<unsigned char>(c)));
  out.sizeBytes = jsonNumber(row, "size_bytes");
  const uint32_t partSize = jsonNumber(row, "part_size");
  out.partSize = partSize > 0 && partSize <= largestPart ? partSize : largestPart;
  out.target = jsonText(row, "target_node_id");
  out.force = jsonFlag(row, "force");
  return out.id > 0 && !out.role.empty() && isMd5(out.md5) && out.sizeBytes > 0 && out.sizeBytes <= 0x1000000;
}

String progressJson(const ProgressReport& report, uint32_t parts) {
  const Json body;
  cJSON* b = body.root();
  jsonAdd(b, "status", phaseStatus(report.phase));
  jsonAdd(b, "current_part", static_cast<double>(report.part));
  jsonAdd(b, "total_parts", static_cast<double>(parts));
  if (!report.version.empty()) jsonAdd(b, "running_version", report.version);
  if (!report.md5.empty()) jsonAdd(b, "running_md5", report.md5);
  cJSON_AddBoolToObject(b, "confirmed", report.confirmed);
  if (!report.error.empty()) jsonAdd(b, "error_message", report.error);
  return body.print();
}

}  // namespace meshswarm
