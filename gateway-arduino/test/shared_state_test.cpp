#include "core/SharedState.h"
#include "check.h"

using namespace meshswarm;

TEST("shared state: a change takes the next version, an equal value changes nothing") {
  SharedState state;
  std::string old;
  CHECK(state.set("motion", "1", 7, 10, old));
  SAME(old, std::string(""));
  CHECK(!state.set("motion", "1", 7, 11, old));
  CHECK(state.set("motion", "0", 7, 12, old));
  SAME(old, std::string("1"));
  SAME(state.find("motion")->version, 2u);
  SAME(state.find("motion")->origin, 7u);
}

TEST("shared state: higher version wins, then lower origin") {
  struct Row { uint32_t version, origin; Merge expected; };
  const Row rows[] = {
      {4, 1, Merge::Older},   {5, 9, Merge::Older},   {5, 8, Merge::Older},
      {5, 7, Merge::Changed}, {6, 99, Merge::Changed}, {4294967295u, 99, Merge::Changed},
  };
  for (const Row& row : rows) {
    SharedState state;
    std::string old;
    state.merge("k", "ours", 5, 8, 0, old);
    CHECK(state.merge("k", "theirs", row.version, row.origin, 1, old) == row.expected);
    SAME(state.find("k")->value, std::string(row.expected == Merge::Changed ? "theirs" : "ours"));
  }
}

TEST("shared state: a higher version with the same value is stored, so versions cannot drift apart") {
  SharedState state;
  std::string old;
  state.merge("k", "1", 3, 8, 0, old);
  CHECK(state.merge("k", "1", 7, 9, 1, old) == Merge::Adopted);
  SAME(state.find("k")->version, 7u);
  CHECK(state.merge("k", "0", 5, 9, 2, old) == Merge::Older);
  CHECK(state.set("k", "0", 8, 3, old));
  SAME(state.find("k")->version, 8u);
}

TEST("shared state: merging in any order ends alike") {
  struct Entry { const char* value; uint32_t version, origin; };
  const Entry entries[] = {{"a", 1, 5}, {"b", 2, 9}, {"c", 2, 4}, {"b", 3, 9}, {"b", 3, 2}};
  int order[] = {0, 1, 2, 3, 4};
  do {
    SharedState state;
    std::string old;
    for (int i : order) state.merge("k", entries[i].value, entries[i].version, entries[i].origin, 0, old);
    SAME(state.find("k")->version, 3u);
    SAME(state.find("k")->origin, 2u);
  } while (std::next_permutation(order, order + 5));
}

TEST("shared state: keys without a name are refused, and so is one key too many") {
  SharedState state;
  std::string old;
  CHECK(state.merge("", "x", 1, 1, 0, old) == Merge::Older);
  for (size_t i = 0; i < SharedState::kMaxKeys; i++) state.merge("k" + std::to_string(i), "x", 1, 1, 0, old);
  CHECK(state.merge("more", "x", 1, 1, 0, old) == Merge::Full);
  CHECK(!state.set("more", "x", 1, 0, old));
  CHECK(state.merge("k3", "y", 2, 1, 0, old) == Merge::Changed);
}
