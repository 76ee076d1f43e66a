// The least a node needs: it joins the mesh, shares state, and takes updates for the role "minimal".
#include <MeshSwarm.h>

MESHSWARM_IMAGE("minimal", FIRMWARE_VERSION)

MeshSwarm swarm;

void setup() {
  swarm.begin();
  swarm.watchState("*", [](const String& key, const String& value, const String&) {
    Serial.printf("%s is now %s\n", key.c_str(), value.c_str());
  });
  swarm.enableOTAReceive("minimal");
}

void loop() { swarm.update(); }
