// What the core does before setup() (cores/esp32/esp32-hal-misc.c). In C, and the hooks weak, on purpose: a sketch that
// defines verifyRollbackLater() as a C++ function, or alone in an archive member that nothing pulls in, does not replace
// them, and its image is confirmed before setup() runs: exactly what happens on a board. No header declares them, as in the
// core: a declaration would give a C++ definition C linkage.
#include "Arduino.h"
#include "esp_log.h"
#include "esp_ota_ops.h"
#include "nvs_flash.h"

__attribute__((weak)) bool verifyOta(void) { return true; }
__attribute__((weak)) bool verifyRollbackLater(void) { return false; }
__attribute__((weak)) void init(void) {}
__attribute__((weak)) void initVariant(void) {}

static void confirm_pending_image(void) {
  esp_ota_img_states_t state;
  const esp_partition_t *running = esp_ota_get_running_partition();
  if (!running || esp_ota_get_state_partition(running, &state) != ESP_OK) return;
  if (state != ESP_OTA_IMG_PENDING_VERIFY) return;
  if (verifyOta()) {
    esp_ota_mark_app_valid_cancel_rollback();
  } else {
    log_e("OTA verification failed! Start rollback to the previous version ...");
    esp_ota_mark_app_invalid_rollback_and_reboot();
  }
}

void initArduino(void) {
  if (!verifyRollbackLater()) confirm_pending_image();
  esp_err_t err = nvs_flash_init();
  if (err == ESP_ERR_NVS_NO_FREE_PAGES || err == ESP_ERR_NVS_NEW_VERSION_FOUND) {
    if (nvs_flash_erase() == ESP_OK) err = nvs_flash_init();
  }
  if (err) log_e("Failed to initialize NVS! Error: %u", err);
  init();
  initVariant();
}
