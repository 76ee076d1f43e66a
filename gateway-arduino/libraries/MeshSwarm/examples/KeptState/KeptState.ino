// A lamp whose level survives power cuts and updates: the last value is there again before the mesh is.
#include <MeshSwarm.h>

MESHSWARM_IMAGE("lamp", FIRMWARE_VERSION)

static const uint8_t kLampPin = 2;

MeshSwarm swarm;

void setup() {
  pinMode(kLampPin, OUTPUT);
  swarm.begin("Lamp");
  swarm.watchState("lamp", [](const String&, const String& value, const String&) {
    digitalWrite(kLampPin, value == "1" ? HIGH : LOW);
  });
  swarm.persistState("lamp");  // after watchState, so that the stored value reaches it
  swarm.setHeartbeatData("lamp", 1);
  swarm.onSerialCommand([](const String& input) {
    if (input != "toggle") return false;
    swarm.setState("lamp", swarm.getState("lamp") == "1" ? "0" : "1");
    return true;
  });
  swarm.enableOTAReceive("lamp");
}

void loop() { swarm.update(); }
