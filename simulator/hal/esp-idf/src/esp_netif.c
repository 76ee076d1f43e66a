// The station's network interface: its address comes from the access point.
#include "esp_netif.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "esp_mac.h"
#include "hal_internal.h"
#include "host.h"

ESP_EVENT_DEFINE_BASE(IP_EVENT);

struct esp_netif_obj {
  bool up;
  esp_netif_ip_info_t ip_info, last;
  char hostname[33];
};
static esp_netif_t *station;

esp_err_t esp_netif_init(void) { return ESP_OK; }
esp_err_t esp_netif_deinit(void) { return ESP_ERR_NOT_SUPPORTED; }

esp_netif_t *esp_netif_create_default_wifi_sta(void) {
  if (station) hal_panic("assert failed: esp_netif_create_default_wifi_sta wifi_default.c (netif)");
  station = calloc(1, sizeof *station);
  if (!station) abort();
  strcpy(station->hostname, "espressif");
  return station;
}
void esp_netif_destroy(esp_netif_t *netif) {
  if (!netif || netif != station) return;
  free(station);
  station = NULL;
}
void esp_netif_destroy_default_wifi(void *netif) { esp_netif_destroy(netif); }

// Without an interface nobody asks for an address: the vendor's DHCP client belongs to it.
void hal_netif_got_ip(uint32_t ip, uint32_t netmask, uint32_t gateway) {
  if (!station) return;
  station->up = true;
  station->ip_info = (esp_netif_ip_info_t){{ip}, {netmask}, {gateway}};
  ip_event_got_ip_t data = {.esp_netif = station, .ip_info = station->ip_info};
  data.ip_changed = memcmp(&station->last, &station->ip_info, sizeof station->last) != 0;
  station->last = station->ip_info;
  esp_event_post(IP_EVENT, IP_EVENT_STA_GOT_IP, &data, sizeof data, portMAX_DELAY);
}
void hal_netif_lost_ip(void) {
  if (!station) return;
  station->up = false;
  memset(&station->ip_info, 0, sizeof station->ip_info);
}

esp_netif_t *esp_netif_get_handle_from_ifkey(const char *key) {
  return key && station && strcmp(key, "WIFI_STA_DEF") == 0 ? station : NULL;
}
esp_netif_t *esp_netif_get_default_netif(void) { return station && station->up ? station : NULL; }
const char *esp_netif_get_desc(esp_netif_t *netif) { return netif ? "sta" : NULL; }
const char *esp_netif_get_ifkey(esp_netif_t *netif) { return netif ? "WIFI_STA_DEF" : NULL; }
bool esp_netif_is_netif_up(esp_netif_t *netif) { return netif && netif->up; }
esp_err_t esp_netif_get_ip_info(esp_netif_t *netif, esp_netif_ip_info_t *out) {
  if (!netif || !out) return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
  *out = netif->ip_info;
  return ESP_OK;
}
esp_err_t esp_netif_get_mac(esp_netif_t *netif, uint8_t mac[]) {
  return netif ? esp_read_mac(mac, ESP_MAC_WIFI_STA) : ESP_ERR_ESP_NETIF_INVALID_PARAMS;
}
esp_err_t esp_netif_set_hostname(esp_netif_t *netif, const char *hostname) {
  if (!netif || !hostname || strlen(hostname) >= sizeof netif->hostname) return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
  strcpy(netif->hostname, hostname);
  return ESP_OK;
}
esp_err_t esp_netif_get_hostname(esp_netif_t *netif, const char **hostname) {
  if (!netif || !hostname) return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
  *hostname = netif->hostname;
  return ESP_OK;
}
// The access point answers for names.
esp_err_t esp_netif_get_dns_info(esp_netif_t *netif, esp_netif_dns_type_t type, esp_netif_dns_info_t *dns) {
  if (!netif || !dns || type >= ESP_NETIF_DNS_MAX) return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
  memset(dns, 0, sizeof *dns);
  if (type == ESP_NETIF_DNS_MAIN) dns->ip.u_addr.ip4 = netif->ip_info.gw;
  return ESP_OK;
}
char *esp_ip4addr_ntoa(const esp_ip4_addr_t *addr, char *buf, int buflen) {
  int n = snprintf(buf, (size_t)buflen, IPSTR, IP2STR(addr));
  return n >= 0 && n < buflen ? buf : NULL;
}
