// Program memory: flash is mapped, so everything is ordinary memory (cores/esp32/pgmspace.h).
#pragma once
#include <stdint.h>
#include <string.h>
typedef void prog_void;
typedef char prog_char;
typedef unsigned char prog_uchar;
#define PROGMEM
#define PGM_P const char *
#define PGM_VOID_P const void *
#define PSTR(s) (s)
#define _SFR_BYTE(n) (n)
#define pgm_read_byte(addr) (*(const unsigned char *)(addr))
#define pgm_read_word(addr) (*(const unsigned short *)(addr))
#define pgm_read_dword(addr) (*(const unsigned long *)(addr))
#define pgm_read_float(addr) (*(const float *)(addr))
#define pgm_read_ptr(addr) (*(const void *const *)(addr))
#define pgm_read_byte_near(addr) pgm_read_byte(addr)
#define pgm_read_word_near(addr) pgm_read_word(addr)
#define pgm_read_dword_near(addr) pgm_read_dword(addr)
#define memcmp_P memcmp
#define memccpy_P memccpy
#define memcpy_P memcpy
#define strcat_P strcat
#define strcmp_P strcmp
#define strcpy_P strcpy
#define strlen_P strlen
#define strncat_P strncat
#define strncmp_P strncmp
#define strncpy_P strncpy
#define strstr_P strstr
#define strcasecmp_P strcasecmp
#define snprintf_P snprintf
#define sprintf_P sprintf
#define printf_P printf
#define vsnprintf_P vsnprintf
