// Update (libraries/Update/src/Update.h): writes an image into the next slot. The board performs the flash operations.
#pragma once
#include <Arduino.h>
#include <functional>

#define UPDATE_ERROR_OK (0)
#define UPDATE_ERROR_WRITE (1)
#define UPDATE_ERROR_ERASE (2)
#define UPDATE_ERROR_READ (3)
#define UPDATE_ERROR_SPACE (4)
#define UPDATE_ERROR_SIZE (5)
#define UPDATE_ERROR_STREAM (6)
#define UPDATE_ERROR_MD5 (7)
#define UPDATE_ERROR_MAGIC_BYTE (8)
#define UPDATE_ERROR_ACTIVATE (9)
#define UPDATE_ERROR_NO_PARTITION (10)
#define UPDATE_ERROR_BAD_ARGUMENT (11)
#define UPDATE_ERROR_ABORT (12)
#define UPDATE_ERROR_DECRYPT (13)
#define UPDATE_SIZE_UNKNOWN 0xFFFFFFFF
#define U_FLASH 0
#define U_SPIFFS 100
#define U_AUTH 200

class UpdateClass {
public:
  typedef std::function<void(size_t, size_t)> THandlerFunction_Progress;

  // Called with (bytes written, total) whenever a block of 4096 bytes or the rest has been written.
  UpdateClass &onProgress(THandlerFunction_Progress fn) { return _progress_callback = std::move(fn), *this; }

  // false: see getError(); an update is running already.
  bool begin(size_t size = UPDATE_SIZE_UNKNOWN, int command = U_FLASH, int ledPin = -1, uint8_t ledOn = LOW,
             const char *label = NULL);
  // Bytes taken: fewer than len on an error. Nothing is taken after an error.
  size_t write(uint8_t *data, size_t len);
  // Reads until the update is complete or the stream gives nothing for its timeout.
  size_t writeStream(Stream &data);
  // Checks size and MD5, makes the image the one to boot; false: see getError().
  bool end(bool evenIfRemaining = false);
  void abort();

  void printError(Print &out);
  const char *errorString();
  bool setMD5(const char *expected_md5); // 32 hex digits, after begin()
  String md5String(void);
  void md5(uint8_t *result);

  uint8_t getError();
  void clearError();
  bool hasError() { return getError() != UPDATE_ERROR_OK; }
  bool isRunning();
  bool isFinished();
  size_t size();
  size_t progress();
  size_t remaining();
  bool canRollBack();
  bool rollBack();

private:
  void report(size_t before);
  THandlerFunction_Progress _progress_callback;
  int _ledPin = -1;
  uint8_t _ledOn = LOW;
  uint8_t _own_error = UPDATE_ERROR_OK; // found here, before the board is asked
  uint8_t _cleared = UPDATE_ERROR_OK;   // the board's error that clearError() has hidden
};

extern UpdateClass Update;
