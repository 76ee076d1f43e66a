#pragma once

#include <stdint.h>

/** What differs from device to device. Strings are NUL-terminated, "" where nothing is set. */
typedef struct {
    uint64_t device_id;
    char wifi_ssid[33];
    char wifi_password[65];
    /** "": what the firmware was compiled with. */
    char server[256];
    char token[1024];
} device_settings_t;

/**
 * Reads what the device was provisioned with: NVS, namespace "ota", keys device_id (u32 or u64), wifi_ssid, wifi_pass, server and
 * token (strings). What is missing keeps its compiled-in value; a missing device_id becomes the factory MAC as a number, which no
 * other device has. NVS must be initialised.
 */
void device_settings_load(device_settings_t *settings);
