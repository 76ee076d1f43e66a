// The gateway's side of an update: takes a job from the server, announces it to the nodes it is for, serves the parts,
// and tells the server what each node is known to do. One job at a time.
//
//   poll ─▶ start (claim) ─▶ check SHA-256 ─▶ rollout: announce · serve · report · keep the claim ─▶ complete | fail ─▶ poll
//             └ 409: another gateway's └ differs: fail       └ restart of this gateway: start again, recall the nodes' states
#pragma once
#include <painlessMesh.h>

#include "../core/Backoff.h"
#include "../core/Md5List.h"
#include "../core/PartQueue.h"
#include "../core/Rollout.h"
#include "../core/Roster.h"
#include "../net/ServerLink.h"
#include "FirmwareSource.h"
#include "ImageCheck.h"

namespace meshswarm {

class Distributor {
 public:
  Distributor(painlessMesh& mesh, ServerLink& link);

  void enable(bool enable);
  void setConcurrency(uint8_t nodes) { rollout_.setReceivers(nodes); }
  void setReportEvery(Millis time) { rollout_.setReportEvery(time); }
  void service(Millis now, bool online);  // from loop(), never from a mesh callback: it may block for seconds
  void heard(const NodeReport& report, Millis now);

  // Whether this gateway offers or has lately offered that image, also before its last restart: then its nodes may ask
  // to have it acknowledged.
  bool offered(const std::string& md5) const { return offers_.contains(md5); }
  bool serverAnswered() const { return serverAnswered_; }

 private:
  enum class Stage {
    Idle,      // polls, or resumes what it had before its restart
    Checking,  // the image is read for its SHA-256
    Entering,  // claimed and checked: the rollout begins
    Rolling,
    Failing,   // the server is still to be told why this update cannot be offered
  };

  void load();
  void poll(Millis now);
  void resume(Millis now);
  bool claim(uint32_t updateId, int& status);
  void prepare(const OtaUpdate& update, Millis now, bool checked);
  void check(Millis now);
  void enter(Millis now);
  void begin(Millis now);
  void refuse(Millis now, const String& why);
  void tellRefusal(Millis now);
  void end(Millis now, const char* why);
  void serviceRollout(Millis now);
  void report(Millis now);
  void finish(Millis now);
  void keepClaim(Millis now);
  void fail(Millis now, const char* what, int status);
  bool stillOurs();
  void step(Millis now);
  void announce(const Announce& to);
  void lookAtTree(Millis now);
  size_t serve(const painlessmesh::plugin::ota::DataRequest& request, char* buffer);
  void serveWaiting(Millis now);
  void sendPart(const PartRequest& request, const std::vector<uint8_t>& bytes);

  painlessMesh& mesh_;
  ServerLink& link_;
  FirmwareSource source_;
  ImageCheck check_;
  Rollout rollout_;
  Roster roster_{OTA_DEAD_AFTER};
  PartQueue waiting_{OTA_CHUNK_BUDGET, OTA_CHUNK_TRIES};
  OtaUpdate update_;  // the job, from Checking on
  Stage stage_ = Stage::Idle;
  bool resumed_ = false;
  bool disputed_ = false;  // the server waits for nodes that this gateway does not know of
  String refusal_;
  Md5List offers_{4};
  std::string saved_;  // the job that was under way, as JSON; empty = none
  bool loaded_ = false;
  bool sending_ = false;
  bool serverAnswered_ = false;
  Backoff requests_{1000, 60000};
  Backoff polls_{OTA_POLL_INTERVAL, 5 * OTA_POLL_INTERVAL};
  Millis nextPollAt_ = 0;
  Millis restUntil_ = 0;
  Millis preparedAt_ = 0;  // when the job was taken
  Millis claimedAt_ = 0;
  Millis lookAgainAt_ = 0;
};

}  // namespace meshswarm
