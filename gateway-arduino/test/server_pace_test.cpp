// How a gateway treats its server: rests, limits, and what it is told about them.
#include "core/Backoff.h"
#include "core/RetryAfter.h"
#include "core/RoundTrip.h"
#include "check.h"

using namespace meshswarm;

TEST("backoff: doubled up to the limit, half of it random, from the start after a success") {
  Backoff least(1000, 60000), most(1000, 60000);
  const uint32_t steps[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
  for (const uint32_t step : steps) {
    SAME(least.failed(0), step / 2);
    SAME(most.failed(step / 2), step);
  }
  for (int i = 0; i < 300; i++) least.failed(0);
  SAME(least.failed(0), 30000u);
  least.succeeded();
  SAME(least.failed(0), 500u);
}

TEST("backoff: gateways with different random numbers do not come back together") {
  int buckets[10] = {};
  uint32_t random = 12345;
  for (int gateway = 0; gateway < 1000; gateway++) {
    Backoff backoff(60000, 60000);
    random = random * 1664525u + 1013904223u;
    const uint32_t rest = backoff.failed(random >> 8);
    CHECK(rest >= 30000 && rest <= 60000);
    buckets[rest == 60000 ? 9 : (rest - 30000) / 3000]++;
  }
  for (const int count : buckets) CHECK(count > 50 && count < 200);
}

TEST("Retry-After: seconds, bounded; rubbish is no order") {
  SAME(retryAfterMs("120", "", 3600000), 120000u);
  SAME(retryAfterMs("0", "", 3600000), 0u);
  SAME(retryAfterMs("3600", "", 3600000), 3600000u);
  SAME(retryAfterMs("99999999999999999999999", "", 3600000), 3600000u);
  for (const char* bad : {"", " ", "-5", "1.5", "12s", "soon"}) SAME(retryAfterMs(bad, "", 3600000), 0u);
}

TEST("Retry-After: a date counts from the answer's own Date") {
  const std::string date = "Fri, 28 Feb 2026 23:59:30 GMT";
  SAME(retryAfterMs("Sun, 01 Mar 2026 00:00:30 GMT", date, 3600000), 60000u);
  SAME(retryAfterMs("Fri, 28 Feb 2026 23:59:00 GMT", date, 3600000), 0u);
  SAME(retryAfterMs("Sun, 01 Mar 2026 00:00:30 GMT", "", 3600000), 0u);
  SAME(retryAfterMs("Sun, 01 Mar 2030 00:00:30 GMT", date, 3600000), 3600000u);
  uint64_t seconds = 0;
  CHECK(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", seconds));
  SAME(seconds, uint64_t(784111777));
  CHECK(parseHttpDate("Thu, 29 Feb 2024 00:00:00 GMT", seconds));
  SAME(seconds, uint64_t(1709164800));
  const char* bad[] = {"Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
                       "Sun, 06 ovJ 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, x6 Nov 1994 08:49:37 GMT"};
  for (const char* text : bad) CHECK(!parseHttpDate(text, seconds));
}

TEST("round trip: follows what it is told, between its limits; lateness doubles it") {
  RoundTrip trip;
  CHECK(!trip.measured());
  SAME(trip.timeout(300, 4000), 4000u);
  trip.took(200);
  SAME(trip.timeout(300, 4000), 600u);  // the first: its time and four times half of it
  for (int i = 0; i < 60; i++) trip.took(200);
  SAME(trip.timeout(300, 4000), 300u);
  trip.late();
  trip.late();
  CHECK(trip.timeout(300, 4000) >= 800);
  for (int i = 0; i < 20; i++) trip.late();
  SAME(trip.timeout(300, 4000), 4000u);
  trip.took(200);
  CHECK(trip.timeout(300, 4000) < 600);
  for (int i = 0; i < 60; i++) trip.took(1500);
  const uint32_t slow = trip.timeout(300, 4000);
  CHECK(slow >= 1500 && slow <= 1700);
  trip.took(0xFFFFFFFFu);
  SAME(trip.timeout(300, 4000), 4000u);
}
