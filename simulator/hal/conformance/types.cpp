// The ABI: types, sizes, signedness, startup order.
#include <type_traits>
#include "check.h"
#include "esp_app_desc.h"
#include "esp_app_format.h"

// Every width there is: the unused ones would win if the chosen one were not exact.
[[maybe_unused]] static const char *overload(int) { return "int"; }
[[maybe_unused]] static const char *overload(unsigned int) { return "unsigned int"; }
static const char *overload(long) { return "long"; }
static const char *overload(unsigned long) { return "unsigned long"; }
[[maybe_unused]] static const char *overload(long long) { return "long long"; }

static_assert(std::is_same_v<uint32_t, unsigned long> && std::is_same_v<int32_t, long>);
static_assert(std::is_same_v<uint64_t, unsigned long long> && std::is_same_v<uint16_t, unsigned short>);
static_assert(sizeof(void *) == 4 && sizeof(long) == 4 && sizeof(size_t) == 4 && sizeof(time_t) == 8);
static_assert(sizeof(String) == 16);
static_assert(sizeof(esp_app_desc_t) == 256 && sizeof(esp_image_header_t) == 24);
static_assert(std::is_unsigned_v<char>);
static_assert(sizeof(TickType_t) == 4 && portMAX_DELAY == 0xffffffffUL);

// Differs: on the chip size_t is unsigned int, and so a third type beside uint32_t.
static_assert(std::is_same_v<size_t, unsigned long>, "documented difference");
// Differs: long double has 16 bytes (8 on the chip); wchar_t is a 32-bit int (16 bits wide on the chip).
static_assert(sizeof(long double) == 16 && sizeof(wchar_t) == 4, "documented difference");

static String constructed = "before setup";

void check_types() {
  equal("types.overload.uint32_t", overload(uint32_t(1)), "unsigned long");
  equal("types.overload.int32_t", overload(int32_t(1)), "long");
  equal("types.overload.literal", overload(1), "int");
  equal("types.overload.millis", overload(millis()), "unsigned long");
  equal("types.string.uint32_t", String(uint32_t(4294967295u)), "4294967295");
  char text[40];
  snprintf(text, sizeof text, "%" PRIu32 " %" PRId32 " %" PRIx32 " %lu", uint32_t(4000000000u), int32_t(-5), uint32_t(0xbeef), 7ul);
  equal("types.pri", text, "4000000000 -5 beef 7");
  char high = '\xff';
  equal("types.char.unsigned", high, 255);
  equal("types.static.constructors", constructed, "before setup");
  equal("types.shift", static_cast<long>(1UL << 31 >> 31), 1);
  uint32_t wrap = 0xffffffff;
  wrap++;
  equal("types.wrap", static_cast<long>(wrap), 0);
  equal("types.map", map(5, 0, 10, 0, 100), 50);
  equal("types.map.empty", map(5, 3, 3, 0, 100), -1);
  equal("types.constrain", constrain(15, 0, 10), 10);
  equal("types.word", static_cast<long>(word(0x12, 0x34)), 0x1234);
  uint8_t bits = 0;
  bitSet(bits, 3);
  bitWrite(bits, 0, 1);
  equal("types.bits", bits, 9);
}
