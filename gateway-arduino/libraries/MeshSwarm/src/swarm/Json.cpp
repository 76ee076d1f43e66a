#include "Json.h"

#include "../core/JsonDepth.h"

namespace meshswarm {

cJSON* Json::parse(const char* text, size_t length) {
  if (nestsDeeperThan(text, length, 12)) return nullptr;
  return cJSON_ParseWithLength(text, length);
}

cJSON* Json::release() {
  cJSON* root = root_;
  root_ = nullptr;
  return root;
}

String Json::print() const {
  char* text = cJSON_PrintUnformatted(root_);
  if (text == nullptr) return String();
  String out(text);
  cJSON_free(text);
  return out;
}

const char* jsonChars(const cJSON* object, const char* key, const char* fallback) {
  const cJSON* item = cJSON_GetObjectItemCaseSensitive(object, key);
  return cJSON_IsString(item) && item->valuestring != nullptr ? item->valuestring : fallback;
}

std::string jsonText(const cJSON* object, const char* key, const char* fallback) {
  return jsonChars(object, key, fallback);
}

uint32_t jsonNumber(const cJSON* object, const char* key, uint32_t fallback) {
  const cJSON* item = cJSON_GetObjectItemCaseSensitive(object, key);
  if (!cJSON_IsNumber(item)) return fallback;
  const double value = item->valuedouble;
  if (!(value >= 0 && value <= 4294967295.0)) return fallback;  // also refuses NaN
  return static_cast<uint32_t>(value);
}

bool jsonFlag(const cJSON* object, const char* key) {
  return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

}  // namespace meshswarm
