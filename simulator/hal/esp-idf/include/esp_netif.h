// Network interfaces (components/esp_netif/include/esp_netif.h): the WiFi station's, with its address from the access point.
#pragma once
#include "esp_event.h"
#include "esp_netif_ip_addr.h"
#include "esp_netif_types.h"
#include "esp_wifi_default.h"
#ifdef __cplusplus
extern "C" {
#endif
esp_err_t esp_netif_init(void);
esp_err_t esp_netif_deinit(void); // ESP_ERR_NOT_SUPPORTED, as in the vendor's
esp_netif_t *esp_netif_get_handle_from_ifkey(const char *if_key); // "WIFI_STA_DEF"
esp_netif_t *esp_netif_get_default_netif(void);
const char *esp_netif_get_desc(esp_netif_t *esp_netif);
const char *esp_netif_get_ifkey(esp_netif_t *esp_netif);
bool esp_netif_is_netif_up(esp_netif_t *esp_netif);
esp_err_t esp_netif_get_ip_info(esp_netif_t *esp_netif, esp_netif_ip_info_t *ip_info);
esp_err_t esp_netif_get_mac(esp_netif_t *esp_netif, uint8_t mac[]);
esp_err_t esp_netif_set_hostname(esp_netif_t *esp_netif, const char *hostname);
esp_err_t esp_netif_get_hostname(esp_netif_t *esp_netif, const char **hostname);
esp_err_t esp_netif_get_dns_info(esp_netif_t *esp_netif, esp_netif_dns_type_t type, esp_netif_dns_info_t *dns);
void esp_netif_destroy(esp_netif_t *esp_netif);
#ifdef __cplusplus
}
#endif
