// Placement attributes. A guest has one memory, so code and data placement mean nothing here;
// RTC memory does not survive a reset of a virtual board (a reset drops all RAM).
#pragma once
#include "sdkconfig.h"
#define IRAM_ATTR
#define DRAM_ATTR
#define DRAM_STR(str) (str)
#define WORD_ALIGNED_ATTR __attribute__((aligned(4)))
#define DMA_ATTR WORD_ALIGNED_ATTR
#define EXT_RAM_BSS_ATTR
#define RTC_IRAM_ATTR
#define RTC_FAST_ATTR
#define RTC_SLOW_ATTR
#define RTC_DATA_ATTR
#define RTC_RODATA_ATTR
#define RTC_NOINIT_ATTR
#define __NOINIT_ATTR
#define COREDUMP_DRAM_ATTR
#define FORCE_INLINE_ATTR static inline __attribute__((always_inline))
#define NOINLINE_ATTR __attribute__((noinline))
#define IDF_DEPRECATED(reason) __attribute__((deprecated(reason)))
