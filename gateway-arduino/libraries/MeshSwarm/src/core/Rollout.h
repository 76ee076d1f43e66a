// The distribution of one image: who is offered it, who is served, what each node is known to have done.
//
// Pure state: it is told what was heard and sent, and says what to send next. A node is finished when it is heard
// running and confirming the image, or is known to have failed: never because a part was sent. Nodes are visited in
// the order of their ids, so equal inputs give equal outputs.
#pragma once
#include <map>
#include <utility>
#include <vector>

#include "RolloutTypes.h"
#include "RoundTrip.h"

namespace meshswarm {

class Rollout {
 public:
  explicit Rollout(const RolloutLimits& limits) : limits_(limits) {}

  // Starts `update`. `resumed`: this gateway had begun it before it restarted.
  void begin(const OtaUpdate& update, Millis now, bool resumed);
  void end() { active_ = false; }
  bool active() const { return active_; }
  const OtaUpdate& update() const { return update_; }

  // A node heard before the start, and what it said then. One of this update counts as if heard now, but is offered nothing
  // until it is: it has the time of `limits.dead` from the start on to be heard, else it has failed.
  void expect(const NodeReport& report, Millis heardAt);

  // The server cannot be reached: time that passes is not held against the nodes.
  void hold(Millis now) { advancedAt_ = now; }

  // What the server already knows of a node (only after a restart of the gateway).
  void recall(NodeId node, const std::string& status, uint32_t part);

  // Each node's next hop towards this gateway. Nodes far out are offered the image first, and never at the same time as
  // one that their parts go through: its restart would cut them off.
  void setParents(std::map<NodeId, NodeId> parents) { parents_ = std::move(parents); }

  void heard(const NodeReport& report, Millis now);

  // How many nodes are sent parts at the same time (at least 1), and the time between two reports of one node's progress.
  void setReceivers(size_t count) { limits_.receivers = count > 0 ? count : 1; }
  void setReportEvery(Millis time) { limits_.reportEvery = time; }

  // Whether this request may be answered. Anything that is not this image, this role and a node that still needs it is
  // not: handlers of painlessMesh see every request, and an answer to the wrong one spoils an image.
  bool asked(NodeId node, const std::string& md5, const std::string& role, const std::string& hardware,
             uint32_t part, Millis now);
  void served(NodeId node, uint32_t part, Millis now);

  // Time passes; the announces to send now.
  std::vector<Announce> tick(Millis now);

  // The next report to send to the server, changed ones first by id; false when there is none.
  bool nextReport(Millis now, ProgressReport& out);
  void reported(const ProgressReport& report, Millis now);  // the server has it, or will never take it

  // Nobody is left to wait for and every report has been sent.
  bool finished(Millis now) const;
  RolloutCount count() const;
  std::string summary() const;  // "rolled_back: a1b2 (crash); failed: …", for the server's error_message

 private:
  struct Target {
    Phase phase = Phase::Waiting;
    bool legacy = false;     // a stock node: never tells what it runs
    bool ranImage = false;   // heard running the image
    bool dirty = true;       // something that the server has not been told
    uint8_t attempts = 0;    // transfers that came to nothing
    uint8_t announces = 0;   // since it last asked
    uint32_t nextPart = 0;
    uint32_t reportedPart = 0;
    Millis heardAt = 0, announcedAt = 0, askedAt = 0, servedAt = 0, sentLastAt = 0, reportedAt = 0;
    Millis knownAt = 0;      // when it was known of without being heard: from before the start, or from the server
    RoundTrip pace;          // from a part to the request for the next one
    bool announcedOnce = false, askedOnce = false, reportedOnce = false;
    std::string version, md5, confirm, error;
  };
  struct Stranger {  // a stock node that may have this role
    Millis heardAt = 0, announcedAt = 0;
    uint8_t announces = 0;
  };

  bool wanted(const NodeReport& report) const;
  void heardStranger(const NodeReport& report, Millis now);
  void heardAsAnother(Target& target, const NodeReport& report, Millis now);
  void heardOnImage(Target& target, const NodeReport& report, bool restarted, Millis now);
  void heardElsewhere(Target& target, const NodeReport& report, bool restarted, Millis now);
  void notAccepted(Target& target, Millis now);
  void move(Target& target, Phase phase, Millis now, const std::string& error = "");
  void again(Target& target, Phase ifExhausted, Millis now, const std::string& error);
  void watch(Target& target, Millis now);
  void announceTo(NodeId node, Target& target, Millis now, std::vector<Announce>& out);
  void announceWaiting(std::vector<NodeId> receiving, Millis now, std::vector<Announce>& out);
  void announceStrangers(Millis now, std::vector<Announce>& out);
  bool alive(const Target& target, Millis now) const;
  bool dead(const Target& target, Millis now) const;
  Millis silence(const Target& target, Millis now) const;
  Millis patience(const Target& target) const;
  int depth(NodeId node) const;
  bool behind(NodeId node, NodeId other) const;
  bool settled(Millis now) const { return now - startedAt_ >= limits_.settle; }

  RolloutLimits limits_;
  OtaUpdate update_;
  bool active_ = false;
  bool resumed_ = false;
  bool abandoned_ = false;  // nobody came: finished without targets
  Millis startedAt_ = 0;
  Millis advancedAt_ = 0;
  std::map<NodeId, Target> targets_;
  std::map<NodeId, Stranger> strangers_;
  std::map<NodeId, NodeId> parents_;
};

}  // namespace meshswarm
