// Every callback of painlessMesh prints a line; commands over Serial drive the rest.
#include <painlessMesh.h>

Scheduler userScheduler;
painlessMesh mesh;
std::shared_ptr<Task> offer;
int ticks = 0;
Task ticker(1000, TASK_FOREVER, [] { Serial.printf("tick %d\n", ++ticks); });

void setup() {
  Serial.begin(115200);
  mesh.init("net", "secret", &userScheduler, 5555, WIFI_AP_STA, 6);
  mesh.onReceive([](uint32_t from, String &msg) {
    Serial.printf("receive %lu %s\n", from, msg.c_str());
    msg = "changed";
  });
  mesh.onReceive([](uint32_t from, String &msg) {
    Serial.printf("again %s\n", msg.c_str());
    mesh.sendSingle(from, String("re: ") + msg);
  });
  mesh.onNewConnection([](uint32_t id) { Serial.printf("new %lu\n", id); });
  mesh.onDroppedConnection([](uint32_t id) { Serial.printf("dropped %lu\n", id); });
  mesh.onChangedConnections([] { Serial.printf("changed\n"); });
  mesh.onNodeTimeAdjusted([](int32_t offset) { Serial.printf("adjusted %ld\n", offset); });
  mesh.onNodeDelayReceived([](uint32_t id, int32_t us) { Serial.printf("delay %lu %ld\n", id, us); });
  mesh.onPackage(31, [](painlessmesh::protocol::Variant &variant) {
    String text;
    variant.printTo(text);
    Serial.printf("package %d %lu %d %s\n", variant.type(), variant.dest(), variant.routing(), text.c_str());
    return true;
  });
  mesh.initOTASend([](painlessmesh::plugin::ota::DataRequest request, char *buffer) -> size_t {
    Serial.printf("request %lu %s %u/%u %d\n", request.from, request.md5.c_str(), (unsigned)request.partNo, (unsigned)request.noPart, request.forced);
    if (request.partNo > 1) return 0;
    memcpy(buffer, "part", 4);
    return 4;
  }, 16);
  mesh.initOTAReceive("pir", [](int part, int parts) { Serial.printf("progress %d/%d\n", part, parts); });
  userScheduler.addTask(ticker);
  ticker.enable();
  offer = mesh.offerOTA("pir", "ESP32", "abc", 3, true);
  painlessmesh::plugin::ota::DataRequest unicast;
  unicast.type = 10;
  unicast.dest = 77;
  unicast.from = mesh.getNodeId();
  unicast.md5 = "q\"uote";
  unicast.role = "led";
  unicast.hardware = "ESP32";
  unicast.noPart = 9;
  Serial.printf("sent %d\n", mesh.sendPackage(&unicast));
  for (auto &&id : mesh.getNodeList(true)) Serial.printf("node %lu\n", id);
  auto tree = mesh.asNodeTree();
  Serial.printf("tree %s %d\n", tree.toString().c_str(), tree.subs.size() == 1 && tree.subs.front().root);
}

void loop() {
  mesh.update();
  if (ticks == 3 && offer) {
    offer->disable();
    offer = nullptr;
    auto again = mesh.addTask(0, TASK_ONCE, [] { Serial.printf("reused\n"); });
    Serial.printf("stability %u\n", (unsigned)mesh.stability);
    mesh.stability = 700;
  }
}
