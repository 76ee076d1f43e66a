// Why an image did not stay, told by the image that the bootloader fell back to.
//
// The evidence: the reset cause of this boot, and a word that the tried image kept in NVS while it ran. That word is
// written ahead of need ("hang" at its first boot, "no_ack" as soon as its loop runs), because whoever hangs may not be
// able to write; the deadline only corrects it. So the conclusion holds even when the last write did not happen.
#pragma once
#include <stdint.h>

#include <string>

namespace meshswarm {

enum class ResetKind { Power, Panic, Watchdog, Software };

enum class Reason { Crash, Hang, NoAck, Power };

const char* reasonText(Reason reason);  // "crash" | "hang" | "no_ack" | "power"
bool reasonFrom(const std::string& text, Reason& out);

// `recorded`: "", "hang" or "no_ack". Empty with a software reset: the image ended before it could write anything.
Reason fallbackReason(ResetKind reset, const std::string& recorded);

// Whether the image may be taken again without an order to do so: lack of an answer or of power is not its fault.
inline bool mayRetry(Reason reason) { return reason == Reason::NoAck || reason == Reason::Power; }

// How often one image has come back for a reason that may be retried; kept in NVS as "<md5>:<count>".
struct RetryCount {
  static constexpr uint8_t kLimit = 3;  // from then on the image counts as rejected: no endless flashing

  std::string md5;
  uint8_t count = 0;

  void parse(const std::string& text);
  std::string text() const;
  bool exhaustedBy(const std::string& image);  // counts one more; true when that reaches the limit
};

// What /ota_fw.json should say before painlessMesh reads it. It is painlessMesh's only memory of what not to take.
enum class FileRule { Leave, WriteRunning };

// `named`: the MD5 that the file names ("" when there is none). `rejected`: that image is on the list of rejected ones.
FileRule fileRule(const std::string& named, const std::string& running, bool rejected);

}  // namespace meshswarm
