#include "core/ContentRange.h"
#include "core/ImageLength.h"
#include "core/JsonDepth.h"
#include "core/Md5List.h"
#include "core/NodeIds.h"
#include "check.h"

#include <string.h>

using namespace meshswarm;

TEST("node ids: hex, names, and what an order may call a node") {
  SAME(nodeIdHex(0xA1B2C3D4), std::string("a1b2c3d4"));
  SAME(nodeIdHex(0x00000abc), std::string("abc"));
  SAME(nodeIdName(0xA1B2C3D4), std::string("NC3D4"));
  SAME(nodeIdName(0xab), std::string("NAB"));
  const char* good[] = {"a1b2c3d4", "A1B2C3D4", "0xa1b2c3d4", "2712847316", "00a1b2c3d4"};
  for (const char* text : good) CHECK(namesNode(text, 0xA1B2C3D4));
  const char* bad[] = {"", "0x", "a1b2c3d5", "a1b2c3d4 ", "2712847317", "99999999999", "a1b2c3d4a1b2c3d4", "node"};
  for (const char* text : bad) CHECK(!namesNode(text, 0xA1B2C3D4));
}

TEST("Content-Range: the unit, both ends and the total are read, everything else is refused") {
  ContentRange range;
  CHECK(parseContentRange("bytes 0-1023/20480", range));
  SAME(range.last, 1023u);
  SAME(range.total, 20480u);
  CHECK(parseContentRange("bytes 5-5/*", range));
  const char* bad[] = {"", "bytes", "bytes */20480", "bytes 5-4/20", "bytes 0-1023", "items 0-1/2", "bytes 0-1/2 ",
                       "bytes 99999999999-1/2", "bytes 0-x/2", "bytes -1-2/3"};
  for (const char* text : bad) CHECK(!parseContentRange(text, range));
}

TEST("MD5 list: bounded, oldest first out, junk left out, survives its text") {
  const std::string a(32, 'a'), b(32, 'b'), c(32, 'c');
  Md5List list(2);
  CHECK(list.add(a) && list.add(b) && !list.add(b));
  CHECK(!list.add("short") && !list.add(std::string(32, 'X')));
  CHECK(list.add(c) && !list.contains(a));
  Md5List again(2);
  again.parse("rubbish," + list.text() + ",,");
  SAME(again.text(), b + "," + c);
  CHECK(again.remove(b) && !again.remove(b));
  SAME(again.text(), c);
}

TEST("JSON depth: brackets in strings do not count, deep nesting is seen without recursion") {
  const std::string flat = "{\"a\":\"[[[[[[[[\\\"[[[\",\"b\":[1,{}]}";
  CHECK(!nestsDeeperThan(flat.c_str(), flat.length(), 3));
  CHECK(nestsDeeperThan(flat.c_str(), flat.length(), 2));
  const std::string deep(100000, '[');
  CHECK(nestsDeeperThan(deep.c_str(), deep.length(), 12));
  std::string wide = "[";
  for (int i = 0; i < 20; i++) wide += "{\"a\":[]},";
  CHECK(!nestsDeeperThan(wide.c_str(), wide.length(), 3));  // many, but none deep
  CHECK(nestsDeeperThan(wide.c_str(), wide.length(), 2));
  const std::string mixed = "{[{[";
  CHECK(!nestsDeeperThan(mixed.c_str(), mixed.length(), 4));
  CHECK(nestsDeeperThan(mixed.c_str(), mixed.length(), 3));
  CHECK(!nestsDeeperThan("", 0, 0));
  CHECK(!nestsDeeperThan("\"\\", 2, 0));
}

TEST("image length: headers are followed to the appended hash, and never past the slot") {
  std::vector<uint8_t> image(24, 0);
  image[0] = 0xE9;
  image[1] = 2;
  image[23] = 1;
  for (uint32_t length : {16u, 40u}) {
    const uint8_t head[8] = {0, 0, 0, 0, static_cast<uint8_t>(length), 0, 0, 0};
    image.insert(image.end(), head, head + 8);
    image.resize(image.size() + length);
  }
  image.resize(256);
  const ReadBytes read = [&image](uint32_t at, void* out, uint32_t size) {
    if (at > image.size() || size > image.size() - at) return false;
    memcpy(out, image.data() + at, size);
    return true;
  };
  // 24 + 8 + 16 + 8 + 40 = 96; one checksum byte and padding: 112; hash: 144
  SAME(imageLength(read, 256), 144u);
  SAME(imageLength(read, 143), 0u);
  image[23] = 0;
  SAME(imageLength(read, 256), 112u);
  image[28] = image[29] = image[30] = image[31] = 0xFF;
  SAME(imageLength(read, 256), 0u);
  image[0] = 0xFF;
  SAME(imageLength(read, 256), 0u);
}
