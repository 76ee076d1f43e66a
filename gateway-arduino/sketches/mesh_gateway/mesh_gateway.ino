// Gateway: joins the mesh and a WiFi network, and hands firmware from the update server to the nodes.
// Server, API key and WiFi come from NVS (namespace "ota") where a board was provisioned; these are the defaults.
#include <MeshSwarm.h>

MESHSWARM_IMAGE("gateway", FIRMWARE_VERSION)

MeshSwarm swarm;

void setup() {
  swarm.begin("Gateway");
  swarm.connectToWiFi("ota-bench", "ota-bench-pass");
  swarm.setGatewayMode(true);
  swarm.setTelemetryServer("http://ota.test");
  swarm.enableOTADistribution(true);
}

void loop() {
  swarm.update();
  swarm.checkForOTAUpdates();
}
