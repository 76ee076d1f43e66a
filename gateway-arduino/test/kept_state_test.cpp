// Shared values in NVS.
#include "core/KeptState.h"
#include "check.h"

using namespace meshswarm;

TEST("kept state: every entry comes back from its text, whatever its bytes") {
  const std::string values[] = {"", "1", "a,b:c", std::string(500, 'x'), "\xc3\xa4\n"};
  for (const std::string& value : values) {
    for (const std::string& name : {std::string("led"), std::string("a:1,2"), std::string(40, 'k')}) {
      std::string key;
      SharedEntry entry;
      CHECK(parseKept(keptText(name, SharedEntry{value, 4000000000u, 7, 99}), key, entry));
      CHECK(key == name && entry.value == value && entry.version == 4000000000u && entry.origin == 7);
    }
  }
}

TEST("kept state: a damaged text is no entry") {
  const char* bad[] = {"", "1", "1,2", "1,2,3", "1,2,0:", "1,2,4:led", "x,2,3:led1", "1,2,3led1", "99999999999,2,3:led1",
                       "5000000000,2,3:led1", "1,,3:led1"};
  std::string key;
  SharedEntry entry;
  for (const char* text : bad) CHECK(!parseKept(text, key, entry));
}

TEST("kept state: names fit NVS, and two keys of one name are told apart") {
  SAME(keptName("123456789"), std::string("scbf43926"));
  SAME(keptName(std::string(100, 'x')).length(), size_t(9));
  KeptKeys keys(5000);
  CHECK(keys.add("plumless") && !keys.add("plumless"));
  CHECK(!keys.nameTaken("plumless"));
  CHECK(!keys.nameTaken("led"));
  CHECK(keys.nameTaken("buckeroo"));  // the same CRC-32
}

TEST("kept state: the first change is written at once, later ones at most every five seconds, the last one before a restart") {
  KeptKeys keys(5000);
  keys.add("led");
  std::string key;
  keys.changed("other");
  CHECK(!keys.waiting());
  CHECK(!keys.next(1000, true, key));
  keys.changed("led");
  keys.changed("led");
  CHECK(keys.waiting());
  CHECK(keys.next(1000, false, key));
  CHECK(!keys.waiting());
  SAME(key, std::string("led"));
  CHECK(!keys.next(1000, true, key));
  int written = 0;
  for (Millis now = 1100; now < 21000; now += 100) {
    keys.changed("led");
    written += keys.next(now, false, key);
  }
  SAME(written, 3);
  CHECK(keys.next(21000, true, key) || !keys.next(21000, false, key));
  keys.changed("led");
  CHECK(!keys.next(21100, false, key));
  CHECK(keys.next(21100, true, key));
}
