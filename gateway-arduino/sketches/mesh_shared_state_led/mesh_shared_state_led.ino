// LED on GPIO2: follows motion, and the shared key "led", by which it can also be switched from anywhere in the mesh.
#include <MeshSwarm.h>

MESHSWARM_IMAGE("led", FIRMWARE_VERSION)

static const uint8_t kLedPin = 2;

MeshSwarm swarm;

void setup() {
  pinMode(kLedPin, OUTPUT);
  swarm.begin();
  swarm.watchState("led", [](const String&, const String& value, const String&) {
    digitalWrite(kLedPin, value == "1" ? HIGH : LOW);
  });
  swarm.watchState("motion", [](const String&, const String& value, const String&) {
    digitalWrite(kLedPin, value == "1" ? HIGH : LOW);
    swarm.setState("led", value);
  });
  swarm.enableOTAReceive("led");
}

void loop() { swarm.update(); }
