#pragma once

#include "http_port.h"
#include "ota_client.h"
#include "ota_core.h"
#include "ports.h"

/** One core with its ports and all of its memory: a single allocation of about 11 KB and the buffer. */
typedef struct {
    ota_core_t core;
    ota_port_t port;
    ota_esp_http_t http;
    ota_esp_sleeper_t sleeper;
    ota_config_t config;
    uint8_t buffer[];
} ota_esp_client_t;

/**
 * Fills in what Kconfig sets, joins the ports and makes the core. Returns ESP_OK, OTA_ERR_NO_MEMORY, or what ota_core_init() says.
 * `task`: whose notifications wake it; NULL: nobody's.
 */
esp_err_t ota_esp_client_new(ota_esp_client_t **client, const ota_config_t *config, TaskHandle_t task);

void ota_esp_client_free(ota_esp_client_t *client);

/** Takes the one place for a client there is; false: it is taken. */
bool ota_esp_claim(void);

void ota_esp_release(void);
