// Button: each press toggles the shared key "led", and with it every LED node of the mesh.
#include <DebouncedButton.h>
#include <MeshSwarm.h>

MESHSWARM_IMAGE("button", FIRMWARE_VERSION)

// GPIO0 is the BOOT button of most boards. It is a strapping pin: held at reset it starts the serial bootloader instead.
#define BOOT_BUTTON_PIN 0
// GPIO5 → button → GND; the internal pull-up is used. GPIO34 to 39 have none.
#define EXT_BUTTON_PIN 5

MeshSwarm swarm;
DebouncedButton bootButton(BOOT_BUTTON_PIN);
DebouncedButton extButton(EXT_BUTTON_PIN);
unsigned long presses = 0;

static void toggle(const char* which) {
  const char* next = swarm.getState("led", "0") == "1" ? "0" : "1";
  swarm.setState("led", next);
  presses++;
  Serial.printf("[BUTTON] %s pressed: led = %s (press %lu)\n", which, next, presses);
  swarm.setStatusLine("Presses: " + String(presses));
}

void setup() {
  swarm.begin();
  bootButton.begin();
  extButton.begin();
  swarm.enableOTAReceive("button");
}

void loop() {
  swarm.update();
  if (bootButton.pressed()) toggle("Boot button");
  if (extButton.pressed()) toggle("External button");
}
