// A rollout between nodes that behave as told.
#pragma once
#include "core/Rollout.h"
#include "core/Roster.h"
#include "check.h"

#include <functional>

using namespace meshswarm;

static const std::string kOld(32, '0');
static const std::string kNew(32, '1');
static const std::string kOther(32, '2');

// A rollout with nodes that behave as told, in steps of a second.
struct Bench {
  struct Node {
    std::string md5 = kOld, confirm = "valid", fallenMd5, fallenWhy, role = "pir";
    Millis bootedAt = 0;
    bool silent = false, known = true;
  };
  RolloutLimits limits;
  Rollout rollout{limits};
  Roster roster{limits.dead};
  OtaUpdate update;
  std::map<NodeId, Node> nodes;
  std::map<NodeId, int> announces;
  std::vector<std::string> reports;
  Millis now = 100000;

  explicit Bench(bool force = false, const RolloutLimits& given = RolloutLimits()) : limits(given), rollout(given) {
    update.id = 1;
    update.firmwareId = 9;
    update.role = "pir";
    update.version = "1.1.0";
    update.hardware = "ESP32";
    update.md5 = kNew;
    update.sizeBytes = 10 * 1024 - 1;
    update.partSize = 1024;
    update.force = force;
  }
  void begin(bool resumed = false) {
    rollout.begin(update, now, resumed);
    for (const auto& [id, last] : roster.at(now)) rollout.expect(last.report, last.heardAt);
  }
  void hear(NodeId id) {
    const Node& node = nodes[id];
    NodeReport report;
    report.node = id;
    report.known = node.known;
    report.upSeconds = static_cast<uint32_t>((now - node.bootedAt) / 1000);
    report.role = node.role;
    report.version = node.md5 == kNew ? "1.1.0" : "1.0.0";
    report.md5 = node.md5;
    report.confirm = node.confirm;
    report.fallenMd5 = node.fallenMd5;
    report.fallenWhy = node.fallenWhy;
    roster.heard(report, now);
    rollout.heard(report, now);
  }
  bool ask(NodeId id, uint32_t part) { return rollout.asked(id, update.md5, "pir", "ESP32", part, now); }
  void download(NodeId id, uint32_t from = 0) {
    for (uint32_t part = from; part < update.parts(); part++) {
      if (ask(id, part)) rollout.served(id, part, now);
    }
  }
  void restart(NodeId id, const std::string& md5, const std::string& confirm) {
    nodes[id].md5 = md5;
    nodes[id].confirm = confirm;
    nodes[id].bootedAt = now;
  }
  // `seconds` of heartbeats every five seconds, announces and reports.
  void pass(int seconds, const std::function<void(NodeId)>& announced = nullptr) {
    for (int i = 0; i < seconds; i++) {
      now += 1000;
      if (now / 1000 % 5 == 0) {
        for (const auto& [id, node] : nodes) {
          if (!node.silent) hear(id);
        }
      }
      for (const Announce& to : rollout.tick(now)) {
        announces[to.node]++;
        if (announced) announced(to.node);
      }
      ProgressReport report;
      while (rollout.nextReport(now, report)) {
        reports.push_back(std::to_string(report.node) + " " + phaseStatus(report.phase) + " " +
                          std::to_string(report.part) + (report.confirmed ? " confirmed" : ""));
        rollout.reported(report, now);
      }
    }
  }
  // An order that comes `seconds` after node 0xb2 was heard last; 0xa1 is there all the time.
  void beginWithout(int seconds) {
    nodes[0xa1];
    nodes[0xb2];
    pass(10);
    nodes[0xb2].silent = true;
    pass(seconds);
    begin();
  }
  // `seconds` in which whoever is offered the image takes it and runs it.
  void takeAll(int seconds) {
    pass(seconds, [this](NodeId id) {
      download(id);
      now += 3000;
      restart(id, kNew, "valid");
    });
  }
  bool told(const std::string& report) const {
    return std::find(reports.begin(), reports.end(), report) != reports.end();
  }
};
