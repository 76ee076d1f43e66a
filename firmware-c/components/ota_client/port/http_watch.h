#pragma once

#include "esp_http_client.h"
#include <stdbool.h>

/**
 * Ends a wait of esp_http_client that would never end: it counts its timeout anew with every byte, and its parser's errors end nothing,
 * so a server that drips bytes would hold it. When the time is over an esp_timer shortens the client's timeout to a millisecond, and
 * the next gap between two bytes is the end. One request at a time.
 */

/** Milliseconds from now, and whom. False: no timer to be had. */
bool ota_http_watch_start(esp_http_client_handle_t client, uint32_t ms);

/** Whether the time is over. */
bool ota_http_watch_over(void);

/** Milliseconds that are left, 1 at least: what the client may wait at most. */
int ota_http_watch_left_ms(void);

/** To be called before the client goes. Harmless when nothing is watched. */
void ota_http_watch_stop(void);
