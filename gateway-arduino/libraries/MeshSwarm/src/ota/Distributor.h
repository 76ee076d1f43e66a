// The gateway's side of an update: takes a job from the server, announces it to the nodes it is for, serves the parts,
// and tells the server what each node is known to do. One job at a time.
//
//   poll ─▶ start (claim) ─▶ rollout: announce · serve · report · keep the claim ─▶ complete | fail ─▶ poll
//             └ 409: another gateway's              └ restart of this gateway: start again, recall the nodes' states
#pragma once
#include <painlessMesh.h>

#include "../core/Md5List.h"
#include "../core/Rollout.h"
#include "../net/ServerLink.h"
#include "FirmwareSource.h"

namespace meshswarm {

class Distributor {
 public:
  Distributor(painlessMesh& mesh, ServerLink& link);

  void enable(bool enable);
  void service(Millis now, bool online);  // from loop(), never from a mesh callback: it may block for seconds
  void heard(const NodeReport& report, Millis now) { rollout_.heard(report, now); }

  // Whether this gateway offers or has lately offered that image, also before its last restart: then its nodes may ask
  // to have it acknowledged.
  bool offered(const std::string& md5) const { return offers_.contains(md5); }
  bool serverAnswered() const { return serverAnswered_; }

 private:
  void load();
  void poll(Millis now);
  void resume(Millis now);
  bool claim(uint32_t updateId, int& status);
  void begin(const OtaUpdate& update, Millis now, bool resumed);
  void end(Millis now, const char* why);
  void serviceRollout(Millis now);
  void report(Millis now);
  void finish(Millis now);
  void keepClaim(Millis now);
  void fail(Millis now, const char* what, int status);
  bool stillOurs();
  void announce(const Announce& to);
  void lookAtTree(Millis now);
  size_t serve(const painlessmesh::plugin::ota::DataRequest& request, char* buffer);

  painlessMesh& mesh_;
  ServerLink& link_;
  FirmwareSource source_;
  Rollout rollout_;
  Md5List offers_{4};
  std::string saved_;  // the job that was under way, as JSON; empty = none
  bool loaded_ = false;
  bool sending_ = false;
  bool serverAnswered_ = false;
  uint8_t failures_ = 0;  // in a row; each doubles the rest
  Millis nextPollAt_ = 0;
  Millis restUntil_ = 0;
  Millis claimedAt_ = 0;
  Millis lookAgainAt_ = 0;
};

}  // namespace meshswarm
