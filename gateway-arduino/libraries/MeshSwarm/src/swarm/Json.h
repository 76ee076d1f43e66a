// A cJSON tree with an owner, and readers that never fail: a missing or wrongly typed value is the fallback.
#pragma once
#include <Arduino.h>
#include <cJSON.h>

#include <string>

namespace meshswarm {

class Json {
 public:
  Json() : root_(cJSON_CreateObject()) {}
  explicit Json(cJSON* root) : root_(root) {}
  ~Json() { cJSON_Delete(root_); }
  Json(const Json&) = delete;
  Json& operator=(const Json&) = delete;

  // A tree for `text`, or an empty owner (`!root()`) when it is no JSON or nests deeper than 12 levels.
  static cJSON* parse(const char* text, size_t length);

  cJSON* root() const { return root_; }
  cJSON* release();
  String print() const;  // compact; "" when there is no memory for it

 private:
  cJSON* root_;
};

// The text where it stands in the tree, or `fallback`.
const char* jsonChars(const cJSON* object, const char* key, const char* fallback = "");
std::string jsonText(const cJSON* object, const char* key, const char* fallback = "");
uint32_t jsonNumber(const cJSON* object, const char* key, uint32_t fallback = 0);  // whole numbers of 32 bits
bool jsonFlag(const cJSON* object, const char* key);

inline void jsonAdd(cJSON* object, const char* key, const char* value) { cJSON_AddStringToObject(object, key, value); }
inline void jsonAdd(cJSON* object, const char* key, const std::string& value) { jsonAdd(object, key, value.c_str()); }
inline void jsonAdd(cJSON* object, const char* key, const String& value) { jsonAdd(object, key, value.c_str()); }
inline void jsonAdd(cJSON* object, const char* key, double value) { cJSON_AddNumberToObject(object, key, value); }

}  // namespace meshswarm
