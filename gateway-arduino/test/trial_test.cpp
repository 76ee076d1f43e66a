#include "core/ConfirmGate.h"
#include "core/Fallback.h"
#include "check.h"

using namespace meshswarm;

static SelfTest passed() {
  SelfTest test;
  test.storage = test.files = test.identity = true;
  return test;
}

TEST("confirmation by the gateway: an answer, a peer and the self-test are all needed") {
  ConfirmGate gate(ConfirmPolicy::gateway);
  CHECK(!gate.open(passed(), 1000));
  gate.acknowledged();
  CHECK(!gate.open(passed(), 2000));
  gate.peerHeard(2000);
  CHECK(gate.open(passed(), 2000));
  for (int missing = 0; missing < 3; missing++) {
    SelfTest test = passed();
    (missing == 0 ? test.storage : missing == 1 ? test.files : test.identity) = false;
    CHECK(!gate.open(test, 3000));
    CHECK(!test.missing().empty());
  }
}

TEST("confirmation by the gateway: peers alone never suffice") {
  ConfirmGate gate(ConfirmPolicy::gateway);
  for (Millis now = 0; now < 600000; now += 5000) {
    gate.peerHeard(now);
    CHECK(!gate.open(passed(), now));
  }
}

TEST("confirmation by the mesh: a minute of peers without a gap, whoever they are") {
  ConfirmGate gate(ConfirmPolicy::mesh);
  for (Millis now = 1000; now <= 56000; now += 5000) gate.peerHeard(now);
  CHECK(!gate.open(passed(), 60999));
  CHECK(gate.open(passed(), 61000));
  CHECK(!gate.open(passed(), 75000));  // silent since 56 s
  gate.peerHeard(80000);
  CHECK(!gate.open(passed(), 80000));  // the minute starts anew
}

TEST("fallback: reset cause and the word that was kept give the reason") {
  struct Row { ResetKind reset; const char* word; const char* reason; };
  const Row rows[] = {
      {ResetKind::Power, "hang", "power"},      {ResetKind::Power, "", "power"},
      {ResetKind::Panic, "hang", "crash"},      {ResetKind::Panic, "no_ack", "crash"},
      {ResetKind::Watchdog, "no_ack", "hang"},  {ResetKind::Watchdog, "", "hang"},
      {ResetKind::Software, "hang", "hang"},    {ResetKind::Software, "no_ack", "no_ack"},
      {ResetKind::Software, "", "crash"},       {ResetKind::Software, "rubbish", "crash"},
  };
  for (const Row& row : rows) SAME(std::string(reasonText(fallbackReason(row.reset, row.word))), std::string(row.reason));
  CHECK(mayRetry(Reason::NoAck) && mayRetry(Reason::Power));
  CHECK(!mayRetry(Reason::Crash) && !mayRetry(Reason::Hang));
}

TEST("fallback: an image that comes back three times unanswered is rejected; another image starts anew") {
  const std::string a(32, 'a'), b(32, 'b');
  RetryCount count;
  CHECK(!count.exhaustedBy(a) && !count.exhaustedBy(a));
  RetryCount kept;
  kept.parse(count.text());
  CHECK(kept.exhaustedBy(a));
  CHECK(!kept.exhaustedBy(b));
  for (const char* junk : {"", ":", "x:2", "aaaa", ":3"}) {
    kept.parse(junk);
    SAME(int(kept.count), 0);
    SAME(kept.text(), std::string(""));
  }
}

TEST("ota_fw.json: left alone for the running and for a rejected image, else corrected") {
  const std::string running(32, 'a'), other(32, 'b');
  CHECK(fileRule(running, running, false) == FileRule::Leave);
  CHECK(fileRule(other, running, true) == FileRule::Leave);
  CHECK(fileRule(other, running, false) == FileRule::WriteRunning);
  CHECK(fileRule("", running, false) == FileRule::WriteRunning);
}
