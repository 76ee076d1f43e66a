// The parts in memory, and the requests that wait for one.
#include "core/PartCache.h"
#include "core/PartQueue.h"
#include "check.h"

using namespace meshswarm;

TEST("part cache: never more than two parts in memory, whatever is asked") {
  PartCache cache;
  cache.select("a");
  for (uint32_t i = 0; i < 200; i++) {
    const uint32_t number = i * 7919 % 31;
    cache.place(number, 1024)[0] = static_cast<uint8_t>(number);
    if (i % 3 == 0) cache.take(number);
    if (i % 5 == 0) cache.drop(number);
    CHECK(cache.bytes() <= 2 * 1024);
  }
  cache.select("b");
  SAME(cache.bytes(), size_t(0));
}

TEST("part cache: a part that was sent gives way before one that is still to be asked for") {
  PartCache cache;
  cache.select("a");
  cache.place(4, 10)[0] = 4;
  cache.place(70, 10)[0] = 70;
  SAME(int(cache.take(4)->at(0)), 4);
  cache.place(5, 10);  // read ahead: not in the place of 70, though that is older
  CHECK(cache.has(70) && cache.has(5) && !cache.has(4));
  cache.place(6, 10);  // both still wanted: the older one goes
  CHECK(cache.has(5) && cache.has(6) && !cache.has(70));
  CHECK(cache.take(70) == nullptr);
}

TEST("part cache: a part whose bytes did not come is not there; clear forgets, another image empties it") {
  PartCache cache;
  cache.select("a");
  cache.place(1, 10);
  cache.drop(1);
  CHECK(!cache.has(1) && cache.take(1) == nullptr);
  cache.place(2, 5);
  SAME(cache.take(2)->size(), size_t(5));
  cache.place(2, 3);
  SAME(cache.take(2)->size(), size_t(3));
  cache.select("a");
  CHECK(cache.has(2));
  cache.clear();
  CHECK(!cache.has(2));
}

TEST("part queue: one request a node, tried in turn, dropped after its tries or its time") {
  PartQueue queue(4000, 3);
  queue.add(1, 10, 1000);
  queue.add(2, 20, 1000);
  queue.add(1, 11, 1500);  // asked anew
  SAME(queue.size(), size_t(2));
  SAME(queue.next(2000)->part, 11u);
  queue.failed(false);
  SAME(queue.next(2000)->node, 2u);
  queue.answered();
  queue.failed(false);
  SAME(queue.next(2000)->node, 1u);
  queue.failed(false);
  CHECK(queue.next(2000) == nullptr);
  queue.add(3, 1, 2000);
  CHECK(queue.next(6000) != nullptr);
  CHECK(queue.next(6001) == nullptr);
  queue.add(3, 1, 7000);
  queue.failed(true);
  SAME(queue.size(), size_t(0));
}
