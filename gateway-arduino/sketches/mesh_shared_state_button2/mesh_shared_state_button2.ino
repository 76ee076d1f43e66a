// Second kind of button: each press toggles the shared key "button2", for whatever watches that key.
#include <DebouncedButton.h>
#include <MeshSwarm.h>

MESHSWARM_IMAGE("button2", FIRMWARE_VERSION)

// GPIO0 is the BOOT button of most boards. It is a strapping pin: held at reset it starts the serial bootloader instead.
#define BOOT_BUTTON_PIN 0
// GPIO5 → button → GND; the internal pull-up is used. GPIO34 to 39 have none.
#define EXT_BUTTON_PIN 5
// The blue LED of most boards shows the key. It is a strapping pin too, but only as an input at reset.
#define LED_PIN 2

MeshSwarm swarm;
DebouncedButton bootButton(BOOT_BUTTON_PIN);
DebouncedButton extButton(EXT_BUTTON_PIN);
unsigned long presses = 0;

static void toggle(const char* which) {
  const char* next = swarm.getState("button2", "0") == "1" ? "0" : "1";
  swarm.setState("button2", next);
  presses++;
  Serial.printf("[BUTTON2] %s pressed: button2 = %s (press %lu)\n", which, next, presses);
  swarm.setStatusLine("Presses: " + String(presses));
}

void setup() {
  pinMode(LED_PIN, OUTPUT);
  swarm.begin();
  bootButton.begin();
  extButton.begin();
  swarm.watchState("button2", [](const String&, const String& value, const String&) {
    digitalWrite(LED_PIN, value == "1" ? HIGH : LOW);
  });
  swarm.enableOTAReceive("button2");
}

void loop() {
  swarm.update();
  if (bootButton.pressed()) toggle("Boot button");
  if (extButton.pressed()) toggle("External button");
}
