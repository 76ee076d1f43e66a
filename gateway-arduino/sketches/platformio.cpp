// For PlatformIO alone, which takes .ino files from the top of src_dir only: the environment's flag names the sketch. The
// Arduino IDE and arduino-cli never see this file.
#include <Arduino.h>

#if defined(SKETCH_GATEWAY)
#include "mesh_gateway/mesh_gateway.ino"
#elif defined(SKETCH_PIR)
#include "mesh_shared_state_pir/mesh_shared_state_pir.ino"
#elif defined(SKETCH_LED)
#include "mesh_shared_state_led/mesh_shared_state_led.ino"
#elif defined(SKETCH_BUTTON)
#include "mesh_shared_state_button/mesh_shared_state_button.ino"
#elif defined(SKETCH_BUTTON2)
#include "mesh_shared_state_button2/mesh_shared_state_button2.ino"
#elif defined(SKETCH_DHT)
#include "mesh_shared_state_dht11/mesh_shared_state_dht11.ino"
#elif defined(SKETCH_WATCHER)
#include "mesh_shared_state_watcher/mesh_shared_state_watcher.ino"
#else
#error "platformio.ini names no sketch: give one of its environments, as in pio run -e pir"
#endif
