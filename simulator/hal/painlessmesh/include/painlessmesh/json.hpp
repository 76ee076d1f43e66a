// What packages are made of: ArduinoJson's JsonObject where the user brings ArduinoJson, else a view with the same few
// operations over cJSON. Not a vendor header.
#pragma once
#include <type_traits>
#include "painlessmesh/configuration.hpp"

#ifdef HAL_MESH_ARDUINOJSON
// Translation units with and without ArduinoJson may meet in one program: their package classes differ, so their names do.
#define HAL_MESH_PACKAGES inline namespace arduinojson
namespace painlessmesh {
HAL_MESH_PACKAGES { using json_object = ::JsonObject; }
} // namespace painlessmesh
#else
#define HAL_MESH_PACKAGES inline namespace plain
#include <cJSON.h>

namespace painlessmesh {
HAL_MESH_PACKAGES {

// One member of an object, present or not. Missing members read as 0, false and (as ArduinoJson's as<String>()) "null".
class json_member {
public:
  json_member(cJSON *object, const char *key) : object_(object), key_(key) {}

  template <typename T> bool is() const {
    if constexpr (std::is_same_v<T, bool>) return cJSON_IsBool(item());
    else if constexpr (std::is_arithmetic_v<T>) return cJSON_IsNumber(item());
    else return cJSON_IsString(item());
  }
  template <typename T> T as() const {
    cJSON *value = item();
    if constexpr (std::is_same_v<T, String>) return cJSON_IsString(value) ? String(value->valuestring) : String("null");
    else if constexpr (std::is_same_v<T, bool>) return cJSON_IsTrue(value) || (cJSON_IsNumber(value) && value->valuedouble != 0);
    else return cJSON_IsNumber(value) ? number<T>(value->valuedouble) : T(cJSON_IsTrue(value));
  }
  template <typename T> operator T() const { return as<T>(); }

  void operator=(bool value) { put(cJSON_CreateBool(value)); }
  void operator=(const String &value) { put(cJSON_CreateString(value.c_str())); }
  void operator=(const char *value) { put(cJSON_CreateString(value)); }
  template <typename T> std::enable_if_t<std::is_arithmetic_v<T>> operator=(T value) {
    put(cJSON_CreateNumber(static_cast<double>(value)));
  }

private:
  // Numbers that do not fit the type read as 0, as ArduinoJson's conversion does.
  template <typename T> static T number(double value) {
    if constexpr (std::is_integral_v<T>) {
      double low = static_cast<double>(std::numeric_limits<T>::min());
      double high = static_cast<double>(std::numeric_limits<T>::max());
      if (!(value >= low && value <= high)) return 0;
    }
    return static_cast<T>(value);
  }
  cJSON *item() const { return cJSON_GetObjectItemCaseSensitive(object_, key_); }
  void put(cJSON *value) {
    if (item()) cJSON_ReplaceItemInObjectCaseSensitive(object_, key_, value);
    else cJSON_AddItemToObject(object_, key_, value);
  }
  cJSON *object_;
  const char *key_;
};

class json_object {
public:
  explicit json_object(cJSON *object = nullptr) : object_(object) {}
  json_member operator[](const char *key) const { return json_member(object_, key); }

private:
  cJSON *object_;
};

} // HAL_MESH_PACKAGES
} // namespace painlessmesh
#endif
