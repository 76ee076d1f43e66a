// LED: follows motion, and the shared key "led", by which it can also be switched from anywhere in the mesh.
#include <MeshSwarm.h>

MESHSWARM_IMAGE("led", FIRMWARE_VERSION)

// GPIO2 is the blue LED of most boards; another one goes from the pin through 330 Ω to GND.
#define LED_PIN 2
// Lit while other nodes are heard. GPIO4 is free on most boards.
#define PEER_LED_PIN 4

MeshSwarm swarm;

static bool isOn(const String& value) { return value == "1" || value == "on" || value == "true"; }

void setup() {
  pinMode(LED_PIN, OUTPUT);
  pinMode(PEER_LED_PIN, OUTPUT);
  swarm.begin();
  swarm.watchState("led", [](const String&, const String& value, const String&) {
    digitalWrite(LED_PIN, isOn(value) ? HIGH : LOW);
  });
  swarm.watchState("motion", [](const String&, const String& value, const String&) {
    digitalWrite(LED_PIN, isOn(value) ? HIGH : LOW);
    swarm.setState("led", isOn(value) ? "1" : "0");
  });
  swarm.enableOTAReceive("led");
}

void loop() {
  swarm.update();
  digitalWrite(PEER_LED_PIN, swarm.getPeerCount() > 0 ? HIGH : LOW);
}
