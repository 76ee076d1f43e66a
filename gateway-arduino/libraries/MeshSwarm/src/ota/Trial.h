// The node's side of an update: whether the running image may stay, and what became of the one before it.
//
//   boot in PENDING_VERIFY ──▶ pending ──(self-test and policy)──▶ valid
//                                 └──(any restart: deadline, crash, power)──▶ the bootloader boots the old image,
//                                        which finds out why, reports it as `rb`, and remembers what not to take again
#pragma once
#include <string>

#include "../core/ConfirmGate.h"
#include "../core/Fallback.h"
#include "../core/Md5List.h"
#include "../core/Types.h"

namespace meshswarm {

class Trial {
 public:
  // Reads the running image's state, settles what an earlier trial left, and on trial arms the deadline. Before
  // everything else in begin(), so that whatever goes wrong later is recorded.
  void begin(Millis now);

  // The role that updates are received for: part of the self-test, and the name under which the record is kept.
  void receiveFor(const std::string& role) { receiveRole_ = role; }

  bool pending() const { return state_ == State::Pending; }
  const char* confirm() const;                       // "pending" | "valid" | "none"
  const std::string& md5() const { return md5_; }    // of the running image
  const std::string& fallenMd5() const { return fallenMd5_; }
  const std::string& fallenWhy() const { return fallenWhy_; }

  void peerHeard(Millis now) { gate_.peerHeard(now); }
  void acknowledge(const std::string& md5);          // somebody who offered `md5` has heard us run it

  // An order to take `md5` again. True when painlessMesh must read its record anew, which it does only at a restart.
  bool retry(const std::string& md5);

  // True once: when the running image has just been confirmed.
  bool tick(Millis now);

  // True once in MESHSWARM_SEEK_AFTER while the gateway's answer is missing: this part of the mesh may have no gateway.
  bool seeksGateway(Millis now);

  // Writes /ota_fw.json if it names neither the running image nor a rejected one. Before initOTAReceive.
  void prepareRecord();

 private:
  enum class State { Pending, Valid, None };

  void startTrial(Millis now);
  void settleTrial();
  void noteFallback(const std::string& tried);
  std::string triedWithoutRecord() const;
  const SelfTest& selfTest();

  State state_ = State::Valid;
  ConfirmGate gate_;
  SelfTest test_;
  bool tested_ = false;
  bool loopNoted_ = false;
  Millis startedAt_ = 0;
  Millis triedAt_ = 0;
  Millis soughtAt_ = 0;
  std::string md5_, receiveRole_, fallenMd5_, fallenWhy_;
  Md5List rejected_{8};
};

}  // namespace meshswarm
