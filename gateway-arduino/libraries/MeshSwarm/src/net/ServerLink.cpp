#include "ServerLink.h"

#include "../MeshSwarmConfig.h"
#include "../Clock.h"
#include "../core/ContentRange.h"
#include "../core/RetryAfter.h"

namespace meshswarm {

static const int kLargestAnswer = 16384;

void ServerLink::configure(const String& url, const String& apiKey) {
  url_ = url;
  while (url_.endsWith("/")) url_.remove(url_.length() - 1);
  apiKey_ = apiKey;
}

void ServerLink::noteRetryAfter(int status) {
  if (status != 429 && status != 503) return;
  const uint32_t rest = retryAfterMs(http_.header("Retry-After").c_str(), http_.header("Date").c_str(), HTTP_LONGEST_REST);
  if (rest == 0) return;
  restUntil_ = nowMs() + rest;
  OTA_LOG("Server: %d, asks to be left alone for %lu s", status, static_cast<unsigned long>(rest / 1000));
}

bool ServerLink::open(const String& path, uint32_t budgetMs) {
  const uint32_t connect = budgetMs < HTTP_CONNECT_TIMEOUT ? budgetMs : HTTP_CONNECT_TIMEOUT;
  const uint32_t read = budgetMs < HTTP_READ_TIMEOUT ? budgetMs : HTTP_READ_TIMEOUT;
  http_.setReuse(true);
  http_.setConnectTimeout(static_cast<int32_t>(connect));
  http_.setTimeout(static_cast<uint16_t>(read));
  if (!http_.begin(client_, url_ + path)) return false;
  const char* kept[] = {"Content-Range", "Retry-After", "Date"};
  http_.collectHeaders(kept, sizeof kept / sizeof kept[0]);
  if (apiKey_.length() > 0) http_.addHeader("X-API-Key", apiKey_);
  if (gatewayId_.length() > 0) http_.addHeader("X-Gateway-Id", gatewayId_);
  return true;
}

// A server may have closed the kept connection since; that shows only when it is used, so such a failure gets one more
// try on a new connection. All requests of the contract may be repeated.
static bool connectionGone(int status) {
  return status == HTTPC_ERROR_SEND_HEADER_FAILED || status == HTTPC_ERROR_SEND_PAYLOAD_FAILED ||
         status == HTTPC_ERROR_NOT_CONNECTED || status == HTTPC_ERROR_CONNECTION_LOST;
}

int ServerLink::send(const char* method, const String& path, const String& json, String* answer) {
  int status = HTTPC_ERROR_CONNECTION_REFUSED;
  for (int tries = 0; tries < 2; tries++) {
    const bool kept = client_.connected();
    if (!open(path, HTTP_READ_TIMEOUT)) return status;
    if (json.length() > 0) http_.addHeader("Content-Type", "application/json");
    status = http_.sendRequest(method, json);
    if (!kept || !connectionGone(status)) break;
    client_.stop();
  }
  noteRetryAfter(status);
  if (status > 0 && http_.getSize() <= kLargestAnswer) {
    const String body = http_.getString();
    if (answer != nullptr) *answer = body;
  } else {
    client_.stop();  // whatever is left of this answer must not be taken for the next one
  }
  http_.end();
  return status;
}

int ServerLink::get(const String& path, String* answer) { return send("GET", path, String(), answer); }

int ServerLink::post(const String& path, const String& json, String* answer) {
  return send("POST", path, json, answer);
}

bool ServerLink::readBody(uint8_t* out, size_t size, uint32_t budgetMs) {
  const unsigned long startedAt = millis();
  size_t have = 0;
  while (have < size) {
    if (client_.available() > 0) {
      const int count = client_.read(out + have, size - have);
      if (count > 0) have += static_cast<size_t>(count);
    } else if (!client_.connected() || millis() - startedAt > budgetMs) {
      return false;
    } else {
      delay(1);
    }
  }
  return true;
}

bool ServerLink::getRange(const String& path, uint32_t first, uint32_t last, uint8_t* out, uint32_t budgetMs,
                          int& status) {
  const unsigned long startedAt = millis();
  status = HTTPC_ERROR_CONNECTION_REFUSED;
  if (!open(path, budgetMs)) return false;
  http_.addHeader("Range", "bytes=" + String(first) + "-" + String(last));
  status = http_.GET();
  noteRetryAfter(status);

  const uint32_t size = last - first + 1;
  ContentRange range;
  bool good = status == 206 && http_.getSize() == static_cast<int>(size) &&
              parseContentRange(http_.header("Content-Range").c_str(), range) && range.first == first &&
              range.last == last;
  const uint32_t spent = millis() - startedAt;
  if (good) good = readBody(out, size, budgetMs > spent ? budgetMs - spent : 1);
  if (!good) client_.stop();  // the rest of a body we do not want must not be taken for the next answer
  http_.end();
  return good;
}

}  // namespace meshswarm
