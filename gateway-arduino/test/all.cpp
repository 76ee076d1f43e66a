// Everything in core/ and its tests as one translation unit, and the door through which the runner calls them.
#include <algorithm>
#include <iterator>
#include <map>

#include "core/Backoff.cpp"
#include "core/ConfirmGate.cpp"
#include "core/ContentRange.cpp"
#include "core/Fallback.cpp"
#include "core/ImageLength.cpp"
#include "core/JsonDepth.cpp"
#include "core/KeptState.cpp"
#include "core/Md5List.cpp"
#include "core/NodeIds.cpp"
#include "core/PartCache.cpp"
#include "core/PartQueue.cpp"
#include "core/RetryAfter.cpp"
#include "core/Rollout.cpp"
#include "core/RolloutHeard.cpp"
#include "core/RolloutTick.cpp"
#include "core/Roster.cpp"
#include "core/RoundTrip.cpp"
#include "core/SharedState.cpp"
#include "kept_state_test.cpp"
#include "parts_test.cpp"
#include "rollout_cut_off_test.cpp"
#include "rollout_pace_test.cpp"
#include "rollout_test.cpp"
#include "rollout_trouble_test.cpp"
#include "roster_test.cpp"
#include "server_pace_test.cpp"
#include "shared_state_test.cpp"
#include "trial_test.cpp"
#include "words_test.cpp"

extern "C" {
int test_count() { return static_cast<int>(tests().size()); }
const char* test_name(int index) { return tests()[index].name; }
// "" when it passed.
const char* test_run(int index) {
  failure().clear();
  tests()[index].run();
  return failure().c_str();
}
}
