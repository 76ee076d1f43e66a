// A node with an SSD1306 display (I2C: SDA 21, SCL 22) that sleeps after 15 s; the BOOT button wakes it.
// Needs the libraries Adafruit SSD1306 and Adafruit GFX. Included first, they switch the display on.
#include <Adafruit_SSD1306.h>
#include <MeshSwarm.h>

MESHSWARM_IMAGE("display", FIRMWARE_VERSION)

MeshSwarm swarm;

void setup() {
  swarm.begin("Display");
  swarm.setStatusLine("Temp Monitor");
  swarm.enableDisplaySleep(15000);
  swarm.addDisplayWakeButton(0);
  swarm.onDisplayUpdate([](Adafruit_SSD1306& display, int) {
    display.printf("Temp: %s C\n", swarm.getState("temp", "N/A").c_str());
    display.println(swarm.isCoordinator() ? "Role: COORDINATOR" : "Role: Node");
  });
  swarm.enableOTAReceive("display");
}

void loop() { swarm.update(); }
