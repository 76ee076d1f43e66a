// String and Print.
#include "check.h"

void check_string() {
  String s("hello");
  equal("string.length", static_cast<long>(s.length()), 5);
  equal("string.add", s + ' ' + "world" + 1 + '!' + 2.5f + 3ul, "hello world1!2.503");
  s += " and a text longer than the short form holds";
  equal("string.grow", s, "hello and a text longer than the short form holds");
  String self = "abc";
  self += self;
  self += self;
  self += self;
  equal("string.self", self, "abcabcabcabcabcabcabcabc");
  String moved = std::move(self);
  check("string.move", moved.length() == 24 && self.length() == 0);
  equal("string.substring", s.substring(6, 9), "and");
  equal("string.substring.swapped", s.substring(9, 6), "and");
  equal("string.substring.beyond", s.substring(100), "");
  equal("string.indexOf", s.indexOf("text"), 12);
  equal("string.indexOf.none", s.indexOf('?'), -1);
  equal("string.lastIndexOf", s.lastIndexOf("an"), 26);
  equal("string.lastIndexOf.char", String("a/b/c").lastIndexOf('/'), 3);
  String r = "a-b-c";
  r.replace("-", "--");
  equal("string.replace.longer", r, "a--b--c");
  r.replace("--", "");
  equal("string.replace.nothing", r, "abc");
  r = "  \t x y \r\n";
  r.trim();
  equal("string.trim", r, "x y");
  r.remove(1, 1);
  equal("string.remove", r, "xy");
  r.toUpperCase();
  equal("string.upper", r, "XY");
  check("string.compare", String("abc") < "abd" && String("b") > "a" && String("a") != "b");
  check("string.equalsIgnoreCase", String("Content-Length").equalsIgnoreCase("content-length"));
  check("string.starts", String("HTTP/1.1").startsWith("HTTP/") && !String("x").startsWith("xyz"));
  check("string.ends", String("fw.bin").endsWith(".bin"));
  equal("string.toInt", String("42abc").toInt(), 42);
  equal("string.toInt.none", String("abc").toInt(), 0);
  equal("string.toFloat", String(String("3.25").toFloat(), 2), "3.25");
  equal("string.hex", String(255, HEX), "ff");
  equal("string.hex.long", String(0xdeadbeeful, HEX), "deadbeef");
  equal("string.bin", String(5, BIN), "101");
  equal("string.negative", String(-12345), "-12345");
  equal("string.min", String(INT64_MIN), "-9223372036854775808");
  equal("string.float", String(1.005), "1.00");
  equal("string.float.half", String(0.125, 2), "0.13");
  equal("string.float.carry", String(9.999, 2), "10.00");
  equal("string.float.0", String(2.5, 0), "3");
  equal("string.float.negative", String(-1.5f, 1), "-1.5");
  equal("string.float.large", String(123456789012.0, 1), "123456789012.0");
  equal("string.float.nan", String(NAN), "nan");
  equal("string.char", String('x'), "x");
  equal("string.byte", String(byte(200)), "200");
  char buf[4];
  String("abcdef").toCharArray(buf, sizeof buf);
  equal("string.toCharArray", buf, "abc");
  equal("string.charAt.beyond", String("a").charAt(9), 0);
  String none = (const char *)nullptr;
  check("string.null", none.length() == 0);
  equal("string.F", String(F("flash")) + F("!"), "flash!");
  String zeros("a\0b", 3);
  equal("string.embedded.nul", static_cast<long>(zeros.length()), 3);
  check("string.if", s ? true : false);
  check("string.reserve.too.much", !s.reserve(70000) && s.startsWith("hello"));
}

namespace {
struct Sink : Print {
  String text;
  size_t write(uint8_t c) override { return text += static_cast<char>(c), 1; }
};
struct Point : Printable {
  size_t printTo(Print &p) const override { return p.print("(1,2)"); }
};
template <typename... Args> String printed(Args... args) {
  Sink sink;
  sink.print(args...);
  return sink.text;
}
struct Feed : Stream {
  const char *at;
  explicit Feed(const char *text) : at(text) { setTimeout(0); }
  int available() override { return static_cast<int>(strlen(at)); }
  int read() override { return *at ? static_cast<unsigned char>(*at++) : -1; }
  int peek() override { return *at ? static_cast<unsigned char>(*at) : -1; }
  size_t write(uint8_t) override { return 0; }
};
} // namespace

void check_print() {
  equal("print.int", printed(-7), "-7");
  equal("print.hex", printed(255, HEX), "FF");
  equal("print.hex.negative", printed(-1, HEX), "FFFFFFFF");
  equal("print.bin", printed(10u, BIN), "1010");
  equal("print.double", printed(3.14159), "3.14");
  equal("print.double.4", printed(3.14159, 4), "3.1416");
  equal("print.double.round", printed(0.999, 2), "1.00");
  equal("print.char", printed('c'), "c");
  equal("print.ull", printed(18446744073709551615ull), "18446744073709551615");
  equal("print.printable", printed(Point()), "(1,2)");
  equal("print.ip", printed(IPAddress(10, 1, 2, 3)), "10.1.2.3");
  Sink sink;
  equal("print.printf.result", static_cast<long>(sink.printf("%s-%03d-%lu", "x", 7, 8ul)), 7);
  equal("print.printf", sink.text, "x-007-8");
  sink.text = "";
  sink.printf("%0100d", 1);
  equal("print.printf.long", static_cast<long>(sink.text.length()), 100);
  sink.text = "";
  sink.println(F("a"));
  equal("print.println", sink.text, "a\r\n");
  IPAddress ip;
  check("ip.fromString", ip.fromString("192.168.4.1") && ip[0] == 192 && static_cast<uint32_t>(ip) == 0x0104a8c0);
  check("ip.fromString.bad", !ip.fromString("1.2.3") && !ip.fromString("1.2.3.256") && !ip.fromString("1.2.3.4x"));
  Feed numbers("x: -12, 3.5end");
  equal("stream.parseInt", numbers.parseInt(), -12);
  equal("stream.parseFloat", String(numbers.parseFloat(), 1), "3.5");
  Feed overlap("aaab!");
  check("stream.find.overlap", overlap.find("aab") && overlap.read() == '!');
  Feed lines("one\ntwo");
  equal("stream.readStringUntil", lines.readStringUntil('\n'), "one");
  equal("stream.readString", lines.readString(), "two");
}
