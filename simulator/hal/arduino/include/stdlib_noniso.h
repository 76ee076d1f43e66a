// Number formatting that newlib and the core have and ISO C has not (cores/esp32/stdlib_noniso.h).
#pragma once
#ifdef __cplusplus
extern "C" {
#endif
char *itoa(int value, char *str, int base);
char *utoa(unsigned int value, char *str, int base);
char *ltoa(long value, char *str, int base);
char *ultoa(unsigned long value, char *str, int base);
char *lltoa(long long value, char *str, int base);
char *ulltoa(unsigned long long value, char *str, int base);
// Decimals rounded half away from zero; width < 0 aligns left.
char *dtostrf(double value, signed int width, unsigned int decimals, char *str);
#ifdef __cplusplus
}
#endif
