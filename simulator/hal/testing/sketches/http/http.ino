// Runs the requests that come over Serial, one a line: "METHOD url timeout body", "-" for no body. Answers one line:
// code, getSize(), result of writeToStream, body in hex, X-Test header, Location.
#include <HTTPClient.h>
#include <StreamString.h>

HTTPClient http;

void setup() { Serial.begin(115200); }

static String hex(const String &text) {
  String out;
  for (char c : text) {
    if (c < 16) out += '0';
    out += String(static_cast<unsigned char>(c), HEX);
  }
  return out;
}

static String word(String &line) {
  int space = line.indexOf(' ');
  String first = space < 0 ? line : line.substring(0, space);
  line = space < 0 ? String() : line.substring(space + 1);
  return first;
}

static void run(String line) {
  String method = word(line), url = word(line);
  long timeout = word(line).toInt();
  if (!http.begin(url)) {
    Serial.println("= begin failed");
    return;
  }
  static const char *keys[] = {"X-Test"};
  http.collectHeaders(keys, 1);
  http.setTimeout(static_cast<uint16_t>(timeout));
  http.setConnectTimeout(timeout);
  http.setFollowRedirects(HTTPC_STRICT_FOLLOW_REDIRECTS);
  http.addHeader("X-API-Key", "k");
  if (method == "GET") http.addHeader("Range", "bytes=0-9");
  int code = line == "-" ? http.sendRequest(method.c_str()) : http.sendRequest(method.c_str(), line);
  StreamString body;
  int size = http.getSize(), result = code > 0 ? http.writeToStream(&body) : 0;
  Serial.printf("= %d %d %d [%s] [%s] [%s]\n", code, size, result, hex(body).c_str(), http.header("x-test").c_str(),
                http.getLocation().c_str());
  http.end();
}

void loop() {
  if (!Serial.available()) {
    delay(10);
    return;
  }
  String line = Serial.readStringUntil('\n');
  line.trim();
  run(line);
}
