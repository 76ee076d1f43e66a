// What a node must remember over a restart: strings in NVS. Every call opens and closes the namespace, so a power cut
// finds nothing half done.
#pragma once
#include <Arduino.h>

#include <string>

namespace meshswarm {

// Namespace "meshswarm": the library's own records. Keys: trial, why, rb_md5, rb_why, rejected, retried (Trial);
// offers, update (Distributor); s and eight hex digits
// (kept state).
class Store {
 public:
  static std::string get(const char* key);
  static bool put(const char* key, const std::string& value);  // true when NVS has the value now
  static void remove(const char* key);
};

// Namespace "ota": what a board was provisioned with. Empty fields were not provisioned.
struct Settings {
  String server, wifiSsid, wifiPass, apiKey;
  uint32_t deviceId = 0;

  void load();
};

}  // namespace meshswarm
