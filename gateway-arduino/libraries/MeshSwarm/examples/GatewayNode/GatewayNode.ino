// A gateway: put your WiFi network (on the mesh's channel) and your update server here, or provision them in NVS.
#include <MeshSwarm.h>

MESHSWARM_IMAGE("gateway", FIRMWARE_VERSION)

MeshSwarm swarm;

void setup() {
  swarm.begin("Gateway");
  swarm.connectToWiFi("my-network", "my-password");
  swarm.setGatewayMode(true);
  swarm.setTelemetryServer("http://192.168.1.100:8000", "my-api-key");
  swarm.enableTelemetry(true);
  swarm.enableOTADistribution(true);
}

void loop() {
  swarm.update();
  swarm.checkForOTAUpdates();
}
