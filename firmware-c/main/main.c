/**
 * A device that does nothing but keep itself up to date: settings, WiFi, clock, client. What a product does beside that stands where
 * the comment says so.
 */
#include "board.h"
#include "device_clock.h"
#include "device_settings.h"
#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_system.h"
#include "esp_task_wdt.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "nvs_flash.h"
#include "ota_client.h"
#include "wifi_station.h"

static const char *TAG = "app";

/* Together less than CONFIG_ESP_TASK_WDT_TIMEOUT_S. */
#define WIFI_WAIT_MS 8000u
#define CLOCK_WAIT_MS 5000u
#define SELF_TEST_WAIT_MS 60000u
#define RESTART_WAIT_MS 30000u

static device_settings_t s_settings;

/** What must work before this image is kept. Here: the network. Add the product's own parts: sensors answer, calibration is there. */
static esp_err_t self_test(void *user)
{
    (void)user;
    return wifi_station_wait(SELF_TEST_WAIT_MS) ? ESP_OK : ESP_FAIL;
}

/** What goes wrong stands in the client's own lines; a product shows this on its display. */
static void on_event(const ota_event_t *event, void *user)
{
    (void)user;
    if (!event->err)
        ESP_LOGI(TAG, "update: %s %s", ota_state_name(event->state), event->version);
}

static void init_storage(void)
{
    /* Never erased by itself: it holds what the device was provisioned with. */
    esp_err_t err = nvs_flash_init();
    if (err != ESP_OK)
        ESP_LOGE(TAG, "NVS cannot be used (%s): erase and provision it anew", esp_err_to_name(err));
}

static esp_err_t start_network(void)
{
    esp_err_t err = board_start();
    if (err == ESP_OK)
        err = esp_netif_init();
    if (err == ESP_OK)
        err = esp_event_loop_create_default();
    if (err == ESP_OK)
        err = wifi_station_start(s_settings.wifi_ssid, s_settings.wifi_password);
    return err;
}

static esp_err_t start_updates(void)
{
    const ota_config_t config = {
        .device_id = s_settings.device_id,
        .server_url = s_settings.server[0] ? s_settings.server : NULL,
        .token = s_settings.token[0] ? s_settings.token : NULL,
        .self_test = self_test,
        .on_event = on_event,
    };
    return ota_client_start(&config);
}

/**
 * Memory that was missing at the start is there after another one. Without it there are no updates, and nobody can mend the device from
 * afar; a new image goes back to the one before.
 */
static void restart_later(void)
{
    vTaskDelay(pdMS_TO_TICKS(RESTART_WAIT_MS));
    esp_restart();
}

void app_main(void)
{
    /* A start that hangs must end in a reset, or a new image that hangs here is never rolled back. */
    esp_task_wdt_add(NULL);
    init_storage();
    device_settings_load(&s_settings);

    const esp_err_t network = start_network();
    if (network != ESP_OK)
        ESP_LOGE(TAG, "no network: %s", esp_err_to_name(network));
    else
        device_clock_start(wifi_station_wait(WIFI_WAIT_MS) ? CLOCK_WAIT_MS : 0);

    /* The product starts here. */

    esp_task_wdt_delete(NULL);
    const esp_err_t updates = start_updates();
    if (updates != ESP_OK)
        ESP_LOGE(TAG, "no updates: %s", ota_err_name(updates));
    if (network == ESP_ERR_NO_MEM || updates == OTA_ERR_NO_MEMORY)
        restart_later();
}
