// A rollout among power cuts, silence, wrong images and restarts.
#include "rollout_bench.h"

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
  bench.pass(10);
  for (int i = 0; i < 58; i++) {
    CHECK(bench.ask(1, 0));  // the same part for ever
    bench.pass(30);
  }
  CHECK(!bench.rollout.finished(bench.now));
  for (int i = 0; i < 4; i++) {
    bench.ask(1, 0);
    bench.pass(30);
  }
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.summary(), std::string("failed: 1 (got no further in time)"));
}

TEST("rollout: a dead node is given up after fifteen minutes, by name, and the others are completed") {
  Bench bench;
  bench.nodes[0xa1].role = bench.nodes[0xb2].role = "pir";
  bench.begin();
  bench.pass(10);
  for (uint32_t part = 0; part < 5; part++) {
    CHECK(bench.ask(0xb2, part));
    bench.rollout.served(0xb2, part, bench.now);
  }
  bench.nodes[0xb2].silent = true;
  bench.download(0xa1);
  bench.pass(3);
  bench.restart(0xa1, kNew, "valid");
  bench.pass(870);
  CHECK(!bench.rollout.finished(bench.now));
  bench.pass(40);
  CHECK(bench.rollout.finished(bench.now));
  CHECK(bench.told("178 failed 5"));
  SAME(bench.rollout.count().completed, size_t(1));
  SAME(bench.rollout.summary(), std::string("failed: b2 (not heard for 15 min)"));
}

TEST("rollout: a node that a restarted gateway only knows from the server has its fifteen minutes, too") {
  Bench bench;
  bench.now = 5000000;
  bench.begin(true);
  bench.rollout.recall(1, "downloading", 4);
  bench.pass(880);
  CHECK(!bench.rollout.finished(bench.now));
  bench.pass(40);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.summary(), std::string("failed: 1 (not heard for 15 min)"));
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

TEST("rollout: after a restart of the gateway, a node whose trial ended by a power cut is offered again, any other is not") {
  Bench bench;
  bench.nodes[1].fallenMd5 = bench.nodes[2].fallenMd5 = kNew;
  bench.nodes[1].fallenWhy = "power";
  bench.nodes[2].fallenWhy = "no_ack";
  bench.begin(true);
  bench.pass(10);
  SAME(bench.announces[1], 1);
  SAME(bench.announces[2], 0);
  SAME(bench.rollout.count().rolledBack, size_t(1));
}

TEST("rollout: a node that comes back with an image of another role, or of none, has failed, and the report names the image") {
  for (const std::string& role : {std::string("led"), std::string()}) {
    Bench bench;
    bench.nodes[1];
    bench.begin();
    bench.pass(10);
    CHECK(bench.ask(1, 0));
    bench.rollout.served(1, 0, bench.now);
    bench.nodes[1].role = role;
    bench.restart(1, kOther, "valid");
    bench.now += 5000;
    bench.hear(1);
    ProgressReport report;
    CHECK(bench.rollout.nextReport(bench.now, report));
    SAME(report.md5, kOther);
    CHECK(report.phase == Phase::Failed);
    SAME(report.error, role.empty() ? "runs another image, which takes no updates" : "runs another image, which is for led");
  }
}

TEST("rollout: a node that restarts after the last part and has not said its role yet is waited for") {
  Bench bench;
  bench.nodes[1];
  bench.begin();
  bench.pass(10);
  bench.download(1);
  bench.nodes[1].role = "";
  bench.restart(1, kOld, "valid");
  bench.pass(5);
  SAME(bench.rollout.count().failed, size_t(0));
  bench.nodes[1].role = "pir";
  bench.restart(1, kNew, "valid");
  bench.pass(40);
  SAME(bench.rollout.count().completed, size_t(1));
}
