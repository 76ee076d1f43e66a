#include "Fallback.h"

#include <stdlib.h>

#include "Md5List.h"

namespace meshswarm {

const char* reasonText(Reason reason) {
  switch (reason) {
    case Reason::Crash: return "crash";
    case Reason::Hang: return "hang";
    case Reason::NoAck: return "no_ack";
    case Reason::Power: return "power";
  }
  return "crash";
}

bool reasonFrom(const std::string& text, Reason& out) {
  for (Reason reason : {Reason::Crash, Reason::Hang, Reason::NoAck, Reason::Power}) {
    if (text != reasonText(reason)) continue;
    out = reason;
    return true;
  }
  return false;
}

Reason fallbackReason(ResetKind reset, const std::string& recorded) {
  switch (reset) {
    case ResetKind::Power: return Reason::Power;
    case ResetKind::Panic: return Reason::Crash;
    case ResetKind::Watchdog: return Reason::Hang;
    case ResetKind::Software: break;
  }
  Reason reason = Reason::Crash;
  reasonFrom(recorded, reason);
  return reason;
}

void RetryCount::parse(const std::string& text) {
  const size_t colon = text.find(':');
  md5 = text.substr(0, colon == std::string::npos ? 0 : colon);
  const int value = colon == std::string::npos ? 0 : atoi(text.c_str() + colon + 1);
  const bool sound = isMd5(md5) && value > 0 && value < 256;
  count = sound ? static_cast<uint8_t>(value) : 0;
  if (!sound) md5.clear();
}

std::string RetryCount::text() const { return md5.empty() ? md5 : md5 + ":" + std::to_string(count); }

bool RetryCount::exhaustedBy(const std::string& image) {
  if (md5 != image) count = 0;
  md5 = image;
  if (count < 255) count++;
  return count >= kLimit;
}

FileRule fileRule(const std::string& named, const std::string& running, bool rejected) {
  if (named == running) return FileRule::Leave;
  return rejected ? FileRule::Leave : FileRule::WriteRunning;
}

}  // namespace meshswarm
