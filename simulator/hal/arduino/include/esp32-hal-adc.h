// ADC (cores/esp32/esp32-hal-adc.h): 12 bits unless analogReadResolution says otherwise.
#pragma once
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
uint16_t analogRead(uint8_t pin);
uint32_t analogReadMilliVolts(uint8_t pin);
void analogReadResolution(uint8_t bits);
#ifdef __cplusplus
}
#endif
