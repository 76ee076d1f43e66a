// ESP: chip, heap, flash, sketch (cores/esp32/Esp.h).
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "WString.h"
#include "esp_partition.h"

typedef enum { FM_QIO = 0x00, FM_QOUT = 0x01, FM_DIO = 0x02, FM_DOUT = 0x03, FM_FAST_READ = 0x04,
  FM_SLOW_READ = 0x05, FM_UNKNOWN = 0xff } FlashMode_t;
typedef enum { SKETCH_SIZE_TOTAL = 0, SKETCH_SIZE_FREE = 1 } sketchSize_t;

class EspClass {
public:
  void restart();

  uint32_t getHeapSize();
  uint32_t getFreeHeap();
  uint32_t getMinFreeHeap(); // lowest since boot
  uint32_t getMaxAllocHeap(); // largest block that malloc could still give

  uint32_t getPsramSize() { return 0; }
  uint32_t getFreePsram() { return 0; }
  uint32_t getMinFreePsram() { return 0; }
  uint32_t getMaxAllocPsram() { return 0; }

  uint16_t getChipRevision(); // major * 100 + minor
  const char *getChipModel();
  uint8_t getChipCores();
  uint32_t getCpuFreqMHz();
  uint32_t getCycleCount();
  const char *getSdkVersion();
  const char *getCoreVersion();

  uint32_t getFlashChipSize();
  uint32_t getFlashChipSpeed() { return 40000000; }
  FlashMode_t getFlashChipMode() { return FM_DIO; }

  uint32_t getSketchSize(); // bytes of the running image
  String getSketchMD5();    // of those bytes, hex
  uint32_t getFreeSketchSpace(); // size of the next update slot

  bool partitionEraseRange(const esp_partition_t *partition, uint32_t offset, size_t size);
  bool partitionWrite(const esp_partition_t *partition, uint32_t offset, const void *data, size_t size);
  bool partitionRead(const esp_partition_t *partition, uint32_t offset, void *data, size_t size);

  uint64_t getEfuseMac(); // base MAC, first byte lowest
};

extern EspClass ESP;
