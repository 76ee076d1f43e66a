// DHT11: shares temp and humidity, once more under the zone's name, and whether they are still fresh.
#include <DHT.h>
#include <MeshSwarm.h>
#include <Reading.h>

MESHSWARM_IMAGE("dht", FIRMWARE_VERSION)

// Data on GPIO4, with 10 kΩ to 3.3 V where the module has no resistor of its own. Not GPIO34 to 39: the pin is driven too.
#define DHT_PIN 4
#define DHT_TYPE DHT11
#define SENSOR_ZONE "zone1"

#define READ_INTERVAL 5000   // ms between readings
#define RETRY_INTERVAL 2100  // ms after a failed one; the library itself asks the sensor at most every 2 s
#define STALE_AFTER 60000    // ms without a good reading until the shared values count as old
#define TEMP_STEP 0.5f       // smaller changes are not shared
#define HUMIDITY_STEP 1.0f

MeshSwarm swarm;
DHT dht(DHT_PIN, DHT_TYPE);
Reading temperature;
Reading humidity;
float sharedTemperature = NAN;
float sharedHumidity = NAN;
unsigned long readAt = 0;
unsigned long nextIn = RETRY_INTERVAL;  // the sensor wants a second after power-on

// Shares a value that has moved by `step` since it was last shared.
static void share(const char* key, const Reading& reading, float& shared, float step) {
  if (!isnan(shared) && fabsf(reading.value() - shared) < step) return;
  shared = reading.value();
  const String text(shared, 1);
  swarm.setStates({{key, text}, {String(key) + "_" SENSOR_ZONE, text}});
  Serial.printf("[DHT] %s = %s\n", key, text.c_str());
}

static void readSensor() {
  // The second call answers from the same transfer; if that failed, both are NaN.
  const bool good = temperature.take(dht.readTemperature()) & humidity.take(dht.readHumidity());
  nextIn = good ? READ_INTERVAL : RETRY_INTERVAL;
  if (good) {
    share("temp", temperature, sharedTemperature, TEMP_STEP);
    share("humidity", humidity, sharedHumidity, HUMIDITY_STEP);
  } else {
    Serial.printf("[DHT] No answer (error %lu), last good value %lu s ago\n",
                  static_cast<unsigned long>(temperature.errors()),
                  static_cast<unsigned long>(temperature.ageMs() / 1000));
  }
  const bool stale = temperature.ageMs() >= STALE_AFTER;
  if (stale || temperature.count() > 0) swarm.setState("dht_" SENSOR_ZONE, stale ? "stale" : "ok");
  swarm.setHeartbeatData("dht_age", static_cast<int>(temperature.ageMs() / 1000));
}

static bool printSensor(const String& command) {
  if (command != "dht") return false;
  Serial.println("\n--- DHT11 ---");
  Serial.printf("Pin: GPIO%d, zone: %s\n", DHT_PIN, SENSOR_ZONE);
  if (temperature.count() > 0) {
    Serial.printf("Temperature: %.1f C\nHumidity: %.1f %%\nAge: %lu s\n", temperature.value(), humidity.value(),
                  static_cast<unsigned long>(temperature.ageMs() / 1000));
  } else {
    Serial.println("No reading yet");
  }
  Serial.printf("Readings: %lu, errors: %lu\n\n", static_cast<unsigned long>(temperature.count()),
                static_cast<unsigned long>(temperature.errors()));
  return true;
}

void setup() {
  swarm.begin();
  dht.begin();
  swarm.onSerialCommand(printSensor);
  swarm.setHeartbeatData("dht", 1);
  swarm.enableOTAReceive("dht");
  readAt = millis();
}

void loop() {
  swarm.update();
  if (millis() - readAt < nextIn) return;
  readAt = millis();
  readSensor();
}
