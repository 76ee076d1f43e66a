// A rollout's pace: how many at a time, how long it is patient, how often it reports.
#include "rollout_bench.h"

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

TEST("rollout: reports of a download come at most every so many seconds, as set") {
  Bench bench;
  bench.update.sizeBytes = 1000 * 1024;
  bench.nodes[1];
  bench.begin();
  bench.rollout.setReportEvery(20000);
  bench.pass(10);
  bench.reports.clear();
  for (uint32_t part = 0; part < 600; part++) {
    CHECK(bench.ask(1, part));
    bench.rollout.served(1, part, bench.now);
    if (part % 10 == 0) bench.pass(1);
  }
  SAME(bench.reports.size(), size_t(3));  // a minute
  // What ends a node's update does not wait.
  bench.nodes[1].fallenMd5 = kNew;
  bench.nodes[1].fallenWhy = "crash";
  bench.download(1, 600);
  bench.pass(3);
  bench.restart(1, kOld, "valid");
  bench.reports.clear();
  bench.pass(5);
  CHECK(bench.told("1 rolled_back 1000"));
}

TEST("rollout: the number of receivers may change while it is under way") {
  Bench bench;
  for (NodeId id = 1; id <= 5; id++) bench.nodes[id];
  bench.begin();
  bench.pass(10);
  SAME(bench.announces.size(), size_t(2));
  bench.rollout.setReceivers(4);
  bench.pass(2);
  SAME(bench.announces.size(), size_t(4));
  Bench one;
  for (NodeId id = 1; id <= 3; id++) one.nodes[id];
  one.rollout.setReceivers(0);  // at least one: none would never end
  one.begin();
  one.pass(10);
  SAME(one.announces.size(), size_t(1));
}

// Seconds until a node that asked for `parts` parts, one in `gapMs`, and then stopped, is announced to again.
static int secondsUntilOfferedAgain(uint32_t parts, Millis gapMs) {
  Bench bench;
  bench.update.sizeBytes = 1000 * 1024;
  bench.nodes[1];
  bench.begin();
  bench.pass(10);
  for (uint32_t part = 0; part < parts; part++) {
    bench.ask(1, part);
    bench.rollout.served(1, part, bench.now);
    if (part + 1 < parts) bench.now += gapMs;
    bench.hear(1);
  }
  for (int second = 1; second < 1000; second++) {
    bench.pass(1);
    if (bench.announces[1] > 1) return second;
  }
  return -1;
}

TEST("rollout: patience with a silent node follows its pace") {
  const int unknown = secondsUntilOfferedAgain(1, 100);
  CHECK(unknown >= 60 && unknown <= 62);
  const int quick = secondsUntilOfferedAgain(50, 100);
  CHECK(quick >= 40 && quick <= 42);
  const int slow = secondsUntilOfferedAgain(50, 60000);
  CHECK(slow >= 90 && slow <= 100);
  const int first = secondsUntilOfferedAgain(2, 80000);  // one sample: its spread is not known, so three times its time
  CHECK(first >= 269 && first <= 272);
}
