#include "Update.h"
#include "esp_ota_ops.h"
#include "host.h"

UpdateClass Update;

namespace {
enum { RUNNING, ERROR_CODE, PROGRESS, SIZE, REMAINING, FINISHED }; // of host_update_query
enum { BLOCK = 4096 };

bool bootable(const esp_partition_t *partition) {
  uint8_t first = 0;
  return partition && esp_partition_read(partition, 0, &first, 1) == ESP_OK && first == ESP_IMAGE_HEADER_MAGIC;
}
} // namespace

bool UpdateClass::begin(size_t size, int command, int ledPin, uint8_t ledOn, const char *label) {
  _own_error = _cleared = UPDATE_ERROR_OK;
  if (label || (command != U_FLASH && command != U_SPIFFS)) {
    _own_error = UPDATE_ERROR_BAD_ARGUMENT;
    return false;
  }
  _ledPin = ledPin;
  _ledOn = ledOn;
  if (_ledPin != -1) pinMode(static_cast<uint8_t>(_ledPin), OUTPUT);
  return host_update_begin(size, command) != 0;
}

// The vendor calls back with 0 before the first block and after every block.
void UpdateClass::report(size_t before) {
  size_t now = progress();
  if (!_progress_callback || now == before) return;
  if (before == 0) _progress_callback(0, size());
  _progress_callback(now, size());
}

size_t UpdateClass::write(uint8_t *data, size_t len) {
  if (hasError() || !isRunning()) return 0;
  size_t taken = 0;
  while (taken < len) {
    // Block by block, so that progress is reported where the vendor reports it.
    size_t piece = len - taken < BLOCK ? len - taken : static_cast<size_t>(BLOCK);
    size_t before = progress();
    if (_ledPin != -1) digitalWrite(static_cast<uint8_t>(_ledPin), _ledOn);
    size_t n = host_update_write(data + taken, piece);
    if (_ledPin != -1) digitalWrite(static_cast<uint8_t>(_ledPin), !_ledOn);
    taken += n;
    report(before);
    if (n != piece) break;
  }
  return taken;
}

size_t UpdateClass::writeStream(Stream &data) {
  uint8_t buf[512];
  size_t written = 0;
  for (int idle = 0; isRunning() && !hasError();) {
    size_t left = remaining();
    if (left == 0 || isFinished()) break;
    size_t n = data.readBytes(buf, left < sizeof buf ? left : sizeof buf);
    if (n == 0) {
      // The vendor gives a stalled stream 300 tries of 100 ms.
      if (++idle >= 300) {
        host_update_abort();
        _own_error = UPDATE_ERROR_STREAM;
        break;
      }
      delay(100);
      continue;
    }
    idle = 0;
    size_t taken = write(buf, n);
    written += taken;
    if (taken != n) break;
  }
  return written;
}

bool UpdateClass::end(bool evenIfRemaining) {
  size_t before = progress();
  bool running = isRunning();
  bool ok = host_update_end(evenIfRemaining) != 0;
  if (running && ok && _progress_callback && progress() > before) _progress_callback(progress(), size());
  return ok;
}
void UpdateClass::abort() { host_update_abort(); }

bool UpdateClass::setMD5(const char *expected) {
  size_t length = strlen(expected);
  return length == 32 && host_update_set_md5(expected, length) != 0;
}
String UpdateClass::md5String(void) {
  char hex[32];
  return host_update_md5(hex) ? String(hex, 32) : String();
}
void UpdateClass::md5(uint8_t *result) {
  String hex = md5String();
  for (int i = 0; i < 16; i++)
    result[i] = hex.length() == 32 ? static_cast<uint8_t>(strtoul(hex.substring(i * 2, i * 2 + 2).c_str(), NULL, 16)) : 0;
}

uint8_t UpdateClass::getError() {
  if (_own_error != UPDATE_ERROR_OK) return _own_error;
  uint8_t error = static_cast<uint8_t>(host_update_query(ERROR_CODE));
  return error == _cleared ? UPDATE_ERROR_OK : error;
}
void UpdateClass::clearError() {
  _own_error = UPDATE_ERROR_OK;
  _cleared = static_cast<uint8_t>(host_update_query(ERROR_CODE));
}
bool UpdateClass::isRunning() { return host_update_query(RUNNING) != 0; }
bool UpdateClass::isFinished() { return host_update_query(FINISHED) != 0; }
size_t UpdateClass::size() { return host_update_query(SIZE); }
size_t UpdateClass::progress() { return host_update_query(PROGRESS); }
size_t UpdateClass::remaining() { return host_update_query(REMAINING); }

const char *UpdateClass::errorString() {
  static const char *const texts[] = {
      "No Error", "Flash Write Failed", "Flash Erase Failed", "Flash Read Failed", "Not Enough Space", "Bad Size Given",
      "Stream Read Timeout", "MD5 Check Failed", "Wrong Magic Byte", "Could Not Activate The Firmware",
      "Partition Could Not be Found", "Bad Argument", "Aborted", "Decryption error"};
  uint8_t error = getError();
  return error < sizeof texts / sizeof texts[0] ? texts[error] : "UNKNOWN";
}
void UpdateClass::printError(Print &out) { out.println(errorString()); }

bool UpdateClass::canRollBack() { return !isRunning() && bootable(esp_ota_get_next_update_partition(NULL)); }
bool UpdateClass::rollBack() {
  const esp_partition_t *other = esp_ota_get_next_update_partition(NULL);
  return !isRunning() && bootable(other) && esp_ota_set_boot_partition(other) == ESP_OK;
}
