#include "core/Rollout.h"
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
  void begin(bool resumed = false) { rollout.begin(update, now, resumed); }
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
  bool told(const std::string& report) const {
    return std::find(reports.begin(), reports.end(), report) != reports.end();
  }
};

TEST("rollout: complete only when every node has been heard on the image and confirming it") {
  Bench bench;
  bench.nodes[1];
  bench.nodes[2];
  bench.begin();
  bench.pass(40, [&](NodeId id) { bench.download(id); });
  CHECK(bench.announces[1] == 1 && bench.announces[2] == 1);
  CHECK(!bench.rollout.finished(bench.now));  // every part was sent, nobody has restarted
  bench.restart(1, kNew, "pending");
  bench.pass(10);
  SAME(bench.rollout.count().completed, size_t(0));  // running it is not confirming it
  bench.nodes[1].confirm = "valid";
  bench.pass(10);
  CHECK(!bench.rollout.finished(bench.now));  // the other one is still out
  bench.restart(2, kNew, "valid");
  bench.pass(10);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.count().completed, size_t(2));
  CHECK(bench.told("1 completed 10 confirmed") && bench.told("2 completed 10 confirmed"));
}

TEST("rollout: no more receivers at a time than allowed, in the order of their ids") {
  Bench bench;
  for (NodeId id = 1; id <= 5; id++) bench.nodes[id];
  std::vector<NodeId> order;
  bench.begin();
  bench.pass(20, [&](NodeId id) { order.push_back(id); });
  CHECK((order == std::vector<NodeId>{1, 2}));
  CHECK(bench.told("5 pending 0"));  // targeted, and told so
  bench.download(2);
  bench.pass(2, [&](NodeId id) { order.push_back(id); });
  CHECK((order == std::vector<NodeId>{1, 2, 3}));
}

TEST("rollout: far nodes first, and never a node together with one on its way") {
  Bench bench;
  for (NodeId id = 1; id <= 4; id++) bench.nodes[id];
  std::vector<NodeId> order;
  bench.begin();
  // gateway 9 ── 1 ── 2 ── 3, and 1 ── 4
  bench.rollout.setParents({{1, 9}, {2, 1}, {3, 2}, {4, 1}});
  const auto note = [&](NodeId id) { order.push_back(id); };
  bench.pass(10, note);
  CHECK((order == std::vector<NodeId>{3, 4}));  // 2 and 1 have a place on the way of one of them
  bench.download(3);
  bench.pass(2, note);
  CHECK((order == std::vector<NodeId>{3, 4, 2}));
  bench.download(2);
  bench.pass(2, note);
  SAME(order.size(), size_t(3));  // 1 still carries the parts of 4
  bench.download(4);
  bench.pass(2, note);
  CHECK((order == std::vector<NodeId>{3, 4, 2, 1}));
}

TEST("rollout: a map of parents that goes round in a circle does no harm") {
  Bench bench;
  bench.nodes[1];
  bench.begin();
  bench.rollout.setParents({{1, 2}, {2, 1}});
  bench.pass(10);
  SAME(bench.announces[1], 1);
}

TEST("rollout: requests for another image, role, hardware, node or part are not answered") {
  Bench bench;
  bench.nodes[1];
  bench.begin();
  bench.pass(10);
  Rollout& rollout = bench.rollout;
  CHECK(!rollout.asked(1, kOther, "pir", "ESP32", 0, bench.now));
  CHECK(!rollout.asked(1, kNew, "led", "ESP32", 0, bench.now));
  CHECK(!rollout.asked(1, kNew, "pir", "ESP8266", 0, bench.now));
  CHECK(!rollout.asked(2, kNew, "pir", "ESP32", 0, bench.now));
  CHECK(!rollout.asked(1, kNew, "pir", "ESP32", 10, bench.now));
  CHECK(rollout.asked(1, kNew, "pir", "ESP32", 9, bench.now));
  rollout.end();
  CHECK(!rollout.asked(1, kNew, "pir", "ESP32", 0, bench.now));
}

TEST("rollout: a node of another role is no target, and one of the role that appears late is") {
  Bench bench;
  bench.nodes[1];
  bench.nodes[2].role = "led";
  bench.begin();
  bench.pass(40, [&](NodeId id) { bench.download(id); });
  bench.nodes[3].bootedAt = bench.now;
  bench.pass(10, [&](NodeId id) { bench.download(id); });
  bench.restart(1, kNew, "valid");
  bench.pass(10);
  CHECK(!bench.rollout.finished(bench.now));
  bench.restart(3, kNew, "valid");
  bench.pass(10);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.announces[2], 0);
}

TEST("rollout: target_node_id is obeyed, in hex or decimal") {
  for (const char* target : {"10", "0x10", "16"}) {
    Bench bench;
    bench.nodes[16];
    bench.nodes[17];
    bench.update.target = target;
    bench.begin();
    bench.pass(20);
    SAME(bench.announces[16], 1);
    SAME(bench.announces[17], 0);
    CHECK(!bench.ask(17, 0));
  }
}

TEST("rollout: a node that falls back is rolled back with its reason, and not offered again") {
  for (const char* why : {"crash", "hang", "no_ack"}) {
    Bench bench;
    bench.nodes[1];
    bench.begin();
    bench.pass(10, [&](NodeId id) { bench.download(id); });
    bench.restart(1, kOld, "valid");
    bench.nodes[1].fallenMd5 = kNew;
    bench.nodes[1].fallenWhy = why;
    bench.pass(300, [&](NodeId id) { bench.download(id); });
    CHECK(bench.rollout.finished(bench.now));
    SAME(bench.rollout.count().rolledBack, size_t(1));
    SAME(bench.announces[1], 1);
    CHECK(bench.told("1 rolled_back 10"));
    SAME(bench.rollout.summary(), std::string("rolled_back: 1 (") + why + ")");
    CHECK(!bench.ask(1, 0));
  }
}

TEST("rollout: an image lost to a power cut on trial is offered again") {
  Bench bench;
  bench.nodes[1];
  bench.begin();
  bench.pass(10, [&](NodeId id) { bench.download(id); });
  bench.restart(1, kOld, "valid");
  bench.nodes[1].fallenMd5 = kNew;
  bench.nodes[1].fallenWhy = "power";
  bench.pass(10, [&](NodeId id) { bench.download(id); });
  SAME(bench.announces[1], 2);
  bench.restart(1, kNew, "valid");
  bench.pass(40);
  SAME(bench.rollout.count().completed, size_t(1));
}

TEST("rollout: a rejected image is not offered, unless forced or its fallback may be retried") {
  struct Row { const char* why; bool force; bool offered; };
  for (const Row& row : {Row{"crash", false, false}, {"hang", false, false}, {"no_ack", false, true},
                         {"power", false, true}, {"crash", true, true}}) {
    Bench bench(row.force);
    bench.nodes[1].fallenMd5 = kNew;
    bench.nodes[1].fallenWhy = row.why;
    bench.begin();
    bench.pass(10);
    SAME(bench.announces[1], row.offered ? 1 : 0);
    SAME(bench.rollout.count().rolledBack, size_t(row.offered ? 0 : 1));
  }
}

TEST("rollout: force flashes a node once, also one that runs the image already") {
  Bench bench(true);
  bench.nodes[1].md5 = kNew;
  bench.begin();
  bench.pass(10, [&](NodeId id) { bench.download(id); });
  SAME(bench.announces[1], 1);
  bench.pass(10);
  CHECK(!bench.rollout.finished(bench.now));  // it has not restarted yet
  bench.restart(1, kNew, "pending");
  bench.pass(10);
  bench.nodes[1].confirm = "valid";
  bench.pass(3600);
  SAME(bench.announces[1], 1);
  SAME(bench.rollout.count().completed, size_t(1));
  CHECK(bench.rollout.finished(bench.now));
}

TEST("rollout: without force a node that runs the image already is completed and not offered") {
  Bench bench;
  bench.nodes[1].md5 = kNew;
  bench.begin();
  bench.pass(20);
  CHECK(!bench.rollout.finished(bench.now));  // others may not have been heard yet
  bench.pass(20);
  SAME(bench.announces[1], 0);
  CHECK(bench.rollout.finished(bench.now));
}

TEST("rollout: power cut in mid-download: the node is offered again as soon as it is heard, and resumes") {
  Bench bench;
  bench.nodes[1];
  bench.begin();
  bench.pass(10);
  for (uint32_t part = 0; part < 5; part++) {
    CHECK(bench.ask(1, part));
    bench.rollout.served(1, part, bench.now);
  }
  bench.nodes[1].silent = true;
  bench.pass(200);
  SAME(bench.announces[1], 1);  // nothing is sent to a node that is not heard
  bench.nodes[1].silent = false;
  bench.nodes[1].bootedAt = bench.now;
  bench.pass(10, [&](NodeId id) { bench.download(id); });
  SAME(bench.announces[1], 2);
  bench.restart(1, kNew, "valid");
  bench.pass(40);
  SAME(bench.rollout.count().completed, size_t(1));
}

TEST("rollout: a node that stops asking, though it is heard, is offered again after a minute") {
  Bench bench;
  bench.nodes[1];
  bench.begin();
  bench.pass(10);
  CHECK(bench.ask(1, 0));
  bench.rollout.served(1, 0, bench.now);
  bench.pass(58);
  SAME(bench.announces[1], 1);
  bench.pass(4);
  SAME(bench.announces[1], 2);
}

TEST("rollout: a silent node gives its place to another") {
  RolloutLimits limits;
  limits.receivers = 1;
  Bench bench(false, limits);
  bench.nodes[1];
  bench.nodes[2];
  bench.begin();
  bench.pass(10);
  SAME(bench.announces[1], 1);
  bench.nodes[1].silent = true;
  bench.pass(70);
  SAME(bench.announces[2], 1);
}

TEST("rollout: a node that never asks fails after five announces, a minute apart") {
  Bench bench;
  bench.nodes[1];
  bench.begin();
  bench.pass(290);
  SAME(bench.announces[1], 5);
  CHECK(!bench.rollout.finished(bench.now));
  bench.pass(60);
  SAME(bench.announces[1], 5);
  SAME(bench.rollout.count().failed, size_t(1));
  CHECK(bench.rollout.finished(bench.now));
}

TEST("rollout: an image that the node does not accept is sent three times, then the node has failed") {
  Bench bench;
  bench.nodes[1];
  bench.begin();
  int transfers = 0;
  bench.pass(900, [&](NodeId id) {
    transfers++;
    bench.download(id);
  });
  SAME(transfers, 3);
  SAME(bench.rollout.count().failed, size_t(1));
}

TEST("rollout: back on the old image without a word: again, and rolled back in the end") {
  Bench bench;
  bench.nodes[1];
  bench.begin();
  int transfers = 0;
  bench.pass(900, [&](NodeId id) {
    transfers++;
    bench.download(id);
    bench.nodes[id].bootedAt = bench.now + 2000;
  });
  SAME(transfers, 3);
  SAME(bench.rollout.count().rolledBack, size_t(1));
}

TEST("rollout: nothing is announced to a node whose own image is on trial") {
  Bench bench;
  bench.nodes[1].confirm = "pending";
  bench.nodes[1].md5 = kOther;
  bench.begin();
  bench.pass(120);
  SAME(bench.announces[1], 0);
  CHECK(!bench.ask(1, 0));
  bench.nodes[1].confirm = "valid";
  bench.pass(10);
  SAME(bench.announces[1], 1);
}

TEST("rollout: an image for other hardware is offered to nobody, and that is said") {
  Bench bench;
  bench.update.hardware = "ESP8266";
  bench.nodes[1];
  bench.begin();
  bench.pass(40);
  SAME(bench.announces[1], 0);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.summary(), std::string("failed: 1 (the image is for ESP8266, not ESP32)"));
}

TEST("rollout: a stock node is announced to, served when it asks, and never counted as proved") {
  Bench bench;
  bench.nodes[1].known = false;
  bench.nodes[2].known = false;
  bench.begin();
  bench.pass(10);
  CHECK(bench.announces[1] == 1 && bench.announces[2] == 1);
  bench.download(1);
  bench.pass(3);
  bench.restart(1, kNew, "");
  bench.pass(60);
  SAME(bench.rollout.count().unverified, size_t(1));
  SAME(bench.rollout.count().targets, size_t(1));
  CHECK(bench.rollout.finished(bench.now));
  CHECK(bench.told("1 rebooting 10"));
}

TEST("rollout: nobody of that role in ten minutes: given up, and said whom") {
  Bench bench;
  bench.nodes[1].role = "led";
  bench.begin();
  bench.pass(599);
  CHECK(!bench.rollout.finished(bench.now));
  bench.pass(2);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.summary(), std::string("never heard a node of role pir"));
}

TEST("rollout: a node that gets no further for half an hour has failed, so the update ends") {
  Bench bench;
  bench.nodes[1];
  bench.begin();
  bench.pass(10, [&](NodeId id) { bench.download(id); });
  bench.nodes[1].silent = true;
  bench.pass(1790);
  CHECK(!bench.rollout.finished(bench.now));
  bench.pass(30);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.summary(), std::string("failed: 1 (not heard)"));
}

TEST("rollout: after a restart of the gateway, finished nodes stay finished and the others go on") {
  Bench bench(true);
  bench.nodes[1].md5 = kNew;
  bench.nodes[2];
  bench.nodes[3].md5 = kNew;
  bench.nodes[3].confirm = "pending";
  bench.begin(true);
  bench.rollout.recall(1, "completed", 10);
  bench.rollout.recall(2, "downloading", 4);
  bench.rollout.recall(3, "rebooting", 10);
  CHECK(bench.ask(2, 4));  // it asks of its own accord: its request task still runs
  bench.rollout.served(2, 4, bench.now);
  bench.pass(20);
  SAME(bench.announces[1], 0);
  bench.nodes[3].confirm = "valid";
  bench.download(2, 5);
  bench.pass(3);
  bench.restart(2, kNew, "valid");
  bench.pass(40);
  SAME(bench.announces[3], 0);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.count().completed, size_t(3));
}

TEST("rollout: reports of a download come every tenth") {
  Bench bench;
  bench.update.sizeBytes = 1000 * 1024;
  bench.nodes[1];
  bench.begin();
  bench.pass(10);
  bench.reports.clear();
  for (uint32_t part = 0; part < 1000; part++) {
    CHECK(bench.ask(1, part));
    bench.rollout.served(1, part, bench.now);
    if (part % 10 == 0) bench.pass(1);
  }
  CHECK(bench.reports.size() >= 10 && bench.reports.size() <= 13);
}

TEST("rollout: reports of a download come at most once a second") {
  Bench bench;
  bench.update.sizeBytes = 1000 * 1024;
  bench.nodes[1];
  bench.begin();
  bench.pass(10);
  int sent = 0;
  for (uint32_t part = 0; part < 1000; part++) {
    CHECK(bench.ask(1, part));
    bench.rollout.served(1, part, bench.now);
    ProgressReport report;
    if (!bench.rollout.nextReport(bench.now, report)) continue;
    sent++;
    bench.rollout.reported(report, bench.now);
  }
  SAME(sent, 1);  // the start; what came after it was within its second
  bench.now += 1000;
  ProgressReport report;
  CHECK(bench.rollout.nextReport(bench.now, report));
  CHECK(report.phase == Phase::Rebooting && report.part == 1000);
}
