// A sketch's start and its loop: what the core's main.cpp does in loopTask.
#include "Arduino.h"
#include "hal_internal.h"

extern "C" {

void hal_start(void) {
  initArduino();
  setup();
}

void hal_loop_pass(void) {
  loop();
  hal_passes++;
}

} // extern "C"
