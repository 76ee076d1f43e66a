// Preferences, files, heap, hashes.
#include <LittleFS.h>
#include <Preferences.h>
#include <SPIFFS.h>
#include <esp_heap_caps.h>
#include <mbedtls/md5.h>
#include <mbedtls/sha256.h>
#include "check.h"

static void check_preferences() {
  Preferences p;
  check("prefs.missing.read.only", !p.begin("conf", true));
  check("prefs.begin", p.begin("conf"));
  equal("prefs.default", p.getString("server", "none"), "none");
  equal("prefs.string.put", static_cast<long>(p.putString("server", "http://ota.test")), 15);
  equal("prefs.string", p.getString("server"), "http://ota.test");
  equal("prefs.string.length", static_cast<long>(p.getStringLength("server")), 15);
  equal("prefs.uint.put", static_cast<long>(p.putUInt("id", 4000000000u)), 4);
  equal("prefs.uint", String(p.getUInt("id")), "4000000000");
  equal("prefs.type.mismatch", p.getInt("id", -1), -1);
  equal("prefs.type", p.getType("id"), PT_U32);
  p.putBool("on", true);
  check("prefs.bool", p.getBool("on") && p.isKey("on") && !p.isKey("off"));
  p.putFloat("f", 1.25f);
  equal("prefs.float", String(p.getFloat("f")), "1.25");
  uint8_t blob[3] = {1, 2, 3}, back[3] = {};
  p.putBytes("blob", blob, sizeof blob);
  check("prefs.bytes", p.getBytes("blob", back, sizeof back) == 3 && back[2] == 3);
  equal("prefs.bytes.small", static_cast<long>(p.getBytes("blob", back, 2)), 0);
  equal("prefs.key.long", static_cast<long>(p.putInt("a key with 16 ch", 1)), 0);
  check("prefs.remove", p.remove("on") && !p.isKey("on"));
  p.end();
  check("prefs.read.only", p.begin("conf", true) && p.putInt("id2", 1) == 0 && p.getUInt("id") == 4000000000u);
  p.end();
}

static void check_files() {
  check("fs.before.mount", !SPIFFS.open("/x", "w"));
  check("fs.begin", SPIFFS.begin(true));
  File f = SPIFFS.open("/ota_fw.json", "w");
  equal("fs.print", static_cast<long>(f.print("{\"md5\":\"x\"}")), 11);
  f.close();
  check("fs.exists", SPIFFS.exists("/ota_fw.json") && !SPIFFS.exists("/none"));
  f = SPIFFS.open("/ota_fw.json");
  String text;
  while (f.available()) text += static_cast<char>(f.read());
  equal("fs.read", text, "{\"md5\":\"x\"}");
  check("fs.seek", f.seek(2) && f.read() == 'm' && f.position() == 3 && f.size() == 11);
  check("fs.write.to.read", f.print("no") == 0);
  f.close();
  f = SPIFFS.open("/ota_fw.json", FILE_APPEND);
  f.print("!");
  f.close();
  equal("fs.append", static_cast<long>(SPIFFS.open("/ota_fw.json").size()), 12);
  check("fs.rename", SPIFFS.rename("/ota_fw.json", "/b") && SPIFFS.exists("/b") && !SPIFFS.exists("/ota_fw.json"));
  SPIFFS.open("/dir/one", "w").close();
  SPIFFS.open("/dir/two", "w").close();
  String names;
  File root = SPIFFS.open("/");
  for (File entry = root.openNextFile(); entry; entry = root.openNextFile()) names += String(entry.name()) + (entry.isDirectory() ? "/ " : " ");
  equal("fs.list", names, "b dir/ ");
  check("fs.remove", SPIFFS.remove("/b") && !SPIFFS.exists("/b") && !SPIFFS.remove("/b"));
  check("fs.open.missing", !SPIFFS.open("/b"));
}

static String hex(const uint8_t *bytes, size_t length) {
  String out;
  for (size_t i = 0; i < length; i++) out += String(bytes[i] >> 4, HEX) + String(bytes[i] & 15, HEX);
  return out;
}

static void check_hashes() {
  uint8_t digest[32];
  const uint8_t *abc = reinterpret_cast<const uint8_t *>("abc");
  mbedtls_sha256(abc, 3, digest, 0);
  equal("sha256", hex(digest, 32), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  mbedtls_md5(abc, 3, digest);
  equal("md5", hex(digest, 16), "900150983cd24fb0d6963f7d28e17f72");
  mbedtls_md5_context context;
  mbedtls_md5_starts(&context);
  for (int i = 0; i < 1000; i++) mbedtls_md5_update(&context, abc, 3);
  mbedtls_md5_finish(&context, digest);
  equal("md5.long", hex(digest, 16), "8f33d0ecfe648a745b169baf8a77658b");
}

void check_storage() {
  check_preferences();
  check_files();
  check_hashes();
}

// Blocks of pseudo-random sizes, each filled with its own pattern, taken and given back in another order.
static void check_pattern() {
  enum { BLOCKS = 64 };
  struct {
    uint8_t *p;
    size_t size;
  } held[BLOCKS] = {};
  uint32_t seed = 1;
  bool intact = true;
  for (int round = 0; round < 4000; round++) {
    seed = seed * 1103515245u + 12345u;
    auto &block = held[seed >> 16 & (BLOCKS - 1)];
    uint8_t mark = static_cast<uint8_t>(reinterpret_cast<uintptr_t>(&block) * 31);
    for (size_t i = 0; i < block.size; i++) intact &= block.p[i] == mark;
    size_t size = seed >> 8 & 0x3ff;
    if (seed & 64) {
      free(block.p);
      block.p = static_cast<uint8_t *>(malloc(size));
    } else {
      block.p = static_cast<uint8_t *>(realloc(block.p, size));
    }
    block.size = block.p ? size : 0;
    intact &= reinterpret_cast<uintptr_t>(block.p) % 8 == 0;
    memset(block.p, mark, block.size);
  }
  for (auto &block : held) free(block.p);
  check("heap.pattern", intact);
}

// The compiler may drop an allocation whose address nobody sees.
static void *volatile seen;
static void *take(size_t size) {
  void *p = malloc(size);
  seen = p;
  return p;
}

void check_memory() {
  uint32_t before = ESP.getFreeHeap();
  void *p = take(10000);
  check("heap.accounted", before - ESP.getFreeHeap() >= 10000 && before - ESP.getFreeHeap() < 10064);
  free(p);
  equal("heap.given.back", String(ESP.getFreeHeap()), String(before).c_str());
  check("heap.minimum", ESP.getMinFreeHeap() <= before - 10000);
  check("heap.none.left", take(400000) == nullptr && take(0x7fffffff) == nullptr);
  check_pattern();
  equal("heap.no.leak", String(ESP.getFreeHeap()), String(before).c_str());
  void *all[64];
  int n = 0;
  while (n < 64 && (all[n] = take(8192))) n++;
  check("heap.exhausted", n > 20 && n < 64 && ESP.getFreeHeap() < 9000);
  check("heap.string.survives", !String("x").reserve(60000));
  while (n) free(all[--n]);
  equal("heap.recovered", String(ESP.getFreeHeap()), String(before).c_str());
  check("heap.largest", ESP.getMaxAllocHeap() > 200000);
  p = heap_caps_malloc(100, MALLOC_CAP_SPIRAM);
  check("heap.no.psram", p == nullptr && !psramFound());
  uint8_t *aligned = static_cast<uint8_t *>(aligned_alloc(64, 100));
  check("heap.aligned", reinterpret_cast<uintptr_t>(aligned) % 64 == 0);
  free(aligned);
}
