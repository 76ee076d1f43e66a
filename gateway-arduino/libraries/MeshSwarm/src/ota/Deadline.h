// The end of an image's trial. A one-shot esp_timer restarts the chip, and any restart of an image in PENDING_VERIFY
// makes the bootloader fall back: so it also ends an image whose loop() hangs, which no watchdog does on dual-core chips.
#pragma once
#include <stdint.h>

namespace meshswarm {

// Starts the timer if the running image is on trial and it does not run yet. Needs neither NVS nor Serial, so it can be
// called before setup(): a setup() that hangs is ended too.
void armDeadline();
void disarmDeadline();
bool deadlineArmed();

// loop() has come round. What the deadline gives as the reason depends on it.
void deadlineLoopPassed();

}  // namespace meshswarm
