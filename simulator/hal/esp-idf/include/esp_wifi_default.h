// The default station interface (components/esp_wifi/include/esp_wifi_default.h).
#pragma once
#include "esp_netif_types.h"
#ifdef __cplusplus
extern "C" {
#endif
esp_netif_t *esp_netif_create_default_wifi_sta(void); // aborts when there is one already, as the vendor's
void esp_netif_destroy_default_wifi(void *esp_netif);
#ifdef __cplusplus
}
#endif
