// PIR motion sensor (HC-SR501): shares motion = "1" while something moves, "0" ten seconds after the last time.
#include <MeshSwarm.h>
#include <esp_system.h>

MESHSWARM_IMAGE("pir", FIRMWARE_VERSION)

// OUT on GPIO4 (3.3 V, active high), VCC on 5 V. Pulled down, so that a sensor that is not connected sees nothing.
#define SENSOR_PIN 4
#define WARM_UP 30000        // ms after power-on in which the sensor's output means nothing
#define MOTION_WINDOW 10000  // ms without motion until it counts as over
// A name of the place shares "motion_<zone>" as well: #define SENSOR_ZONE "hall"

MeshSwarm swarm;
bool warm = false;
bool moving = false;
unsigned long movedAt = 0;

static void shareZone(const char* value) {
#ifdef SENSOR_ZONE
  swarm.setState("motion_" SENSOR_ZONE, value);
#else
  (void)value;
#endif
}

// Only power-on makes the sensor cold: after a restart, an update's for one, it goes on seeing.
static bool sensorKeptPower() {
  const esp_reset_reason_t reason = esp_reset_reason();
  return reason != ESP_RST_POWERON && reason != ESP_RST_BROWNOUT && reason != ESP_RST_UNKNOWN;
}

void setup() {
  pinMode(SENSOR_PIN, INPUT_PULLDOWN);
  warm = sensorKeptPower();
  swarm.begin();
  swarm.enableOTAReceive("pir");
}

void loop() {
  swarm.update();
  const unsigned long now = millis();
  if (!warm) {
    if (now < WARM_UP) return;
    warm = true;
    Serial.println("[PIR] Warm");
  }
  if (digitalRead(SENSOR_PIN) == HIGH) {
    if (!moving) Serial.println("[PIR] Motion");
    moving = true;
    movedAt = now;
    swarm.setState("motion", "1");  // also when another sensor has just said "0"
    shareZone("1");
  } else if (moving && now - movedAt >= MOTION_WINDOW) {
    Serial.println("[PIR] Quiet");
    moving = false;
    swarm.setState("motion", "0");
    shareZone("0");
  }
}
