// PIR motion sensor (HC-SR501 on GPIO4): shares motion = "1" while something moves, "0" ten seconds after the last time.
#include <MeshSwarm.h>

MESHSWARM_IMAGE("pir", FIRMWARE_VERSION)

static const uint8_t kSensorPin = 4;
static const unsigned long kWarmUp = 30000;  // the sensor's own; its output means nothing before
static const unsigned long kWindow = 10000;  // without motion, until it counts as over

MeshSwarm swarm;
bool moving = false;
unsigned long movedAt = 0;

void setup() {
  pinMode(kSensorPin, INPUT);
  swarm.begin();
  swarm.enableOTAReceive("pir");
}

void loop() {
  swarm.update();
  const unsigned long now = millis();
  if (now < kWarmUp) return;
  if (digitalRead(kSensorPin) == HIGH) {
    moving = true;
    movedAt = now;
    swarm.setState("motion", "1");  // also when another sensor has just said "0"
  } else if (moving && now - movedAt >= kWindow) {
    moving = false;
    swarm.setState("motion", "0");
  }
}
