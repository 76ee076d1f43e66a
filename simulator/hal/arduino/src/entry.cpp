// A sketch's start and its loop: what the core's main.cpp does in loopTask.
#include "Arduino.h"
#include "hal_internal.h"
#include "host.h"

extern "C" {

void hal_start(void) {
  initArduino();
  setup();
}

void hal_loop_pass(void) {
  do loop();
  while (host_loop_again());
  hal_pauses++;
}

} // extern "C"
