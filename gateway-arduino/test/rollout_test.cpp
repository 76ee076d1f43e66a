// A rollout that goes as planned: whom it offers what to, in which order, and what it reports.
#include "rollout_bench.h"

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
