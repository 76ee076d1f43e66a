// Gateway: joins the mesh and a WiFi network, and hands firmware from the update server to the nodes.
// Server, API key and WiFi come from NVS (namespace "ota") where a board was provisioned; these are the defaults.
#include <MeshSwarm.h>

MESHSWARM_IMAGE("gateway", FIRMWARE_VERSION)

// Any ESP32 board, no pins. The router must be on the mesh's channel: painlessMesh scans no other.
#define WIFI_SSID "ota-bench"
#define WIFI_PASSWORD "ota-bench-pass"
#define SERVER_URL "http://ota.test"

MeshSwarm swarm;

void setup() {
  swarm.begin("Gateway");
  swarm.connectToWiFi(WIFI_SSID, WIFI_PASSWORD);
  swarm.setGatewayMode(true);
  swarm.setTelemetryServer(SERVER_URL);
  swarm.enableOTADistribution(true);
}

void loop() {
  swarm.update();
  swarm.checkForOTAUpdates();
}
