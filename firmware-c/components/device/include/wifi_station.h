#pragma once

#include "esp_err.h"
#include <stdbool.h>
#include <stdint.h>

/**
 * Joins a network and stays with it: after a loss it tries again, with pauses that grow from 1 s to 60 s. NVS, esp_netif and the
 * default event loop must be initialised. An empty password means an open network.
 */
esp_err_t wifi_station_start(const char *ssid, const char *password);

/** Waits until there is an address; false after timeout_ms. */
bool wifi_station_wait(uint32_t timeout_ms);
