// attachInterrupt with a std::function (cores/esp32/FunctionalInterrupt.h).
#pragma once
#include <stdint.h>
#include <functional>
void attachInterrupt(uint8_t pin, std::function<void(void)> intRoutine, int mode);
