// A rollout and nodes that were there before it, but are cut off when it begins.
#include "rollout_bench.h"

TEST("rollout: a node that is cut off before the start is waited for, and has failed by name in the end") {
  Bench bench;
  bench.beginWithout(300);
  bench.takeAll(800);
  SAME(bench.rollout.count().completed, size_t(1));
  SAME(bench.rollout.count().open(), size_t(1));
  CHECK(!bench.rollout.finished(bench.now));
  SAME(bench.announces[0xb2], 0);
  bench.pass(110);
  CHECK(bench.rollout.finished(bench.now));
  CHECK(bench.told("178 pending 0"));
  CHECK(bench.told("178 failed 0"));
  SAME(bench.rollout.summary(), std::string("failed: b2 (not heard for 20 min)"));
}

TEST("rollout: a node that was cut off before the start and comes back in time is updated") {
  Bench bench;
  bench.beginWithout(870);
  bench.takeAll(880);
  CHECK(!bench.rollout.finished(bench.now));
  bench.nodes[0xb2].silent = false;
  bench.nodes[0xb2].bootedAt = bench.now;
  bench.takeAll(60);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.count().completed, size_t(2));
  SAME(bench.rollout.summary(), std::string());
}

TEST("rollout: nobody of the role is there, but one was: it is waited for in place of ten minutes, and named") {
  Bench bench;
  bench.nodes[0xb2];
  bench.pass(10);
  bench.nodes[0xb2].silent = true;
  bench.pass(60);
  bench.begin();
  bench.pass(880);
  CHECK(!bench.rollout.finished(bench.now));
  bench.pass(30);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.summary(), std::string("failed: b2 (not heard for 16 min)"));
}

TEST("rollout: a node that left half an hour before the start does not count") {
  Bench bench;
  bench.beginWithout(1800);
  bench.takeAll(60);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.count().targets, size_t(1));
}

TEST("rollout: a node that said another role when it was heard last does not count") {
  for (const std::string& role : {std::string("led"), std::string()}) {
    Bench bench;
    bench.nodes[0xb2];
    bench.pass(10);
    bench.nodes[0xb2].role = role;
    bench.nodes[0xb2].md5 = kOther;
    bench.beginWithout(60);
    bench.takeAll(60);
    CHECK(bench.rollout.finished(bench.now));
    SAME(bench.rollout.count().targets, size_t(1));
  }
}

TEST("rollout: a node that was cut off and comes back with another role has failed, and it is said why") {
  Bench bench;
  bench.beginWithout(60);
  bench.takeAll(60);
  bench.nodes[0xb2].silent = false;
  bench.nodes[0xb2].role = "led";
  bench.restart(0xb2, kOther, "valid");
  bench.pass(10);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.summary(), std::string("failed: b2 (runs another image, which is for led)"));
}

TEST("rollout: a node that comes back and has not said its role yet is waited for") {
  Bench bench;
  bench.beginWithout(60);
  bench.takeAll(60);
  bench.nodes[0xb2].silent = false;
  bench.nodes[0xb2].role = "";
  bench.pass(10);
  SAME(bench.rollout.count().failed, size_t(0));
  bench.nodes[0xb2].role = "pir";
  bench.takeAll(60);
  SAME(bench.rollout.count().completed, size_t(2));
}

TEST("rollout: an order for one node waits for that one alone, cut off or not") {
  Bench bench;
  bench.update.target = "a1";
  bench.beginWithout(60);
  bench.takeAll(60);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.count().targets, size_t(1));

  Bench other;
  other.update.target = "b2";
  other.beginWithout(60);
  other.takeAll(880);
  SAME(other.announces[0xa1], 0);
  CHECK(!other.rollout.finished(other.now));
  other.pass(30);
  SAME(other.rollout.summary(), std::string("failed: b2 (not heard for 16 min)"));
}

TEST("rollout: a node that was heard confirming the image before it was cut off is completed, unless it is forced") {
  for (const bool force : {false, true}) {
    Bench bench(force);
    bench.nodes[0xb2].md5 = kNew;
    bench.beginWithout(60);
    bench.takeAll(60);
    SAME(bench.rollout.count().completed, size_t(force ? 1 : 2));
    SAME(bench.rollout.finished(bench.now), !force);
    CHECK(bench.told("178 completed 10 confirmed") == !force);
  }
}

TEST("rollout: a node that was heard with the image on trial before it was cut off is not completed") {
  Bench bench;
  bench.nodes[0xb2].md5 = kNew;
  bench.nodes[0xb2].confirm = "pending";
  bench.beginWithout(60);
  bench.takeAll(60);
  SAME(bench.rollout.count().completed, size_t(1));
  CHECK(!bench.rollout.finished(bench.now));
  bench.nodes[0xb2].silent = false;
  bench.restart(0xb2, kOld, "valid");
  bench.nodes[0xb2].fallenMd5 = kNew;
  bench.nodes[0xb2].fallenWhy = "hang";
  bench.pass(10);
  SAME(bench.rollout.summary(), std::string("rolled_back: b2 (hang)"));
}

TEST("rollout: a node that a restarted gateway has not heard, but the server shows as pending, is waited for") {
  Bench bench;
  bench.nodes[0xa1];
  bench.begin(true);
  bench.rollout.recall(0xb2, "pending", 0);
  bench.takeAll(880);
  SAME(bench.rollout.count().completed, size_t(1));
  CHECK(!bench.rollout.finished(bench.now));
  bench.pass(40);
  CHECK(bench.rollout.finished(bench.now));
  SAME(bench.rollout.summary(), std::string("failed: b2 (not heard for 15 min)"));
}
