// Who has been heard of late.
#include "core/Roster.h"
#include "check.h"

using namespace meshswarm;

static NodeReport said(NodeId node, const std::string& role, const std::string& md5) {
  NodeReport report;
  report.node = node;
  report.known = !md5.empty();
  report.role = role;
  report.md5 = md5;
  return report;
}

TEST("roster: the last word of each node counts, for as long as the memory reaches") {
  Roster roster(1000);
  roster.heard(said(1, "pir", "a"), 100);
  roster.heard(said(1, "led", "b"), 200);
  roster.heard(said(2, "pir", "a"), 500);
  SAME(roster.at(900).size(), size_t(2));
  SAME(roster.at(1200).at(1).report.role, std::string("led"));
  SAME(roster.at(1201).size(), size_t(1));
  SAME(roster.at(1201).begin()->first, NodeId(2));
}

TEST("roster: nodes that take no updates are not in it, unless their image has only not said its role yet") {
  Roster roster(1000);
  roster.heard(said(1, "", "gateway"), 100);
  roster.heard(said(2, "pir", "a"), 100);
  roster.heard(said(3, "pir", "a"), 100);
  roster.heard(said(4, "pir", "a"), 100);
  roster.heard(said(2, "", "a"), 200);
  roster.heard(said(3, "", "b"), 200);
  roster.heard(said(4, "", ""), 200);  // a stock image
  SAME(roster.at(300).size(), size_t(1));
  SAME(roster.at(300).at(2).report.role, std::string("pir"));
  SAME(roster.at(300).at(2).heardAt, Millis(200));
}

TEST("roster: made-up senders cannot fill the memory, and those long silent make room") {
  Roster roster(1000);
  for (NodeId node = 1; node <= 1000; node++) roster.heard(said(node, "pir", "a"), 100);
  SAME(roster.at(100).size(), Roster::kMost);
  roster.heard(said(2000, "pir", "a"), 1100);
  SAME(roster.at(1100).count(2000), size_t(0));
  roster.heard(said(2000, "pir", "a"), 1101);
  SAME(roster.at(1101).size(), size_t(1));
}
