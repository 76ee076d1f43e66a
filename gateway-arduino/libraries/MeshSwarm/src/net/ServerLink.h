// HTTP to the update server over one kept-alive connection. Every call blocks, with short limits: it runs in loop() or
// inside a painlessMesh callback, and the mesh stands still meanwhile.
#pragma once
#include <Arduino.h>
#include <HTTPClient.h>
#include <WiFi.h>

#include "../core/Types.h"

namespace meshswarm {

class ServerLink {
 public:
  void configure(const String& url, const String& apiKey);  // a url without a slash at its end
  void identify(const String& gatewayId) { gatewayId_ = gatewayId; }
  bool configured() const { return url_.length() > 0; }
  const String& url() const { return url_; }

  // HTTP status, or HTTPClient's negative error. `answer` (up to 16 KB) may be null.
  int get(const String& path, String* answer);
  int post(const String& path, const String& json, String* answer = nullptr);

  // Bytes first…last (inclusive) of a resource into `out`. True only for a 206 of exactly these bytes: a proxy that
  // ignores Range, a clamped range and a short body are all refused. `budgetMs` bounds the whole call.
  bool getRange(const String& path, uint32_t first, uint32_t last, uint8_t* out, uint32_t budgetMs, int& status);

  // Whether the server has asked (429 or 503 with Retry-After) to be left alone until later.
  bool resting(Millis now) const { return now < restUntil_; }

 private:
  void noteRetryAfter(int status);
  bool open(const String& path, uint32_t budgetMs);
  int send(const char* method, const String& path, const String& json, String* answer);
  bool readBody(uint8_t* out, size_t size, uint32_t budgetMs);

  HTTPClient http_;
  WiFiClient client_;
  String url_, apiKey_, gatewayId_;
  Millis restUntil_ = 0;
};

}  // namespace meshswarm
