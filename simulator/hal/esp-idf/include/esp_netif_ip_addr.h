// IPv4 addresses (components/esp_netif/include/esp_netif_ip_addr.h), in network order in memory.
#pragma once
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
struct esp_ip4_addr {
  uint32_t addr;
};
typedef struct esp_ip4_addr esp_ip4_addr_t;
#define ESP_IPADDR_TYPE_V4 0U
typedef struct {
  union {
    esp_ip4_addr_t ip4;
  } u_addr;
  uint8_t type;
} esp_ip_addr_t;
#define esp_ip4_addr_get_byte(ipaddr, idx) (((const uint8_t *)(&(ipaddr)->addr))[idx])
#define IP2STR(ipaddr) \
  esp_ip4_addr_get_byte(ipaddr, 0), esp_ip4_addr_get_byte(ipaddr, 1), esp_ip4_addr_get_byte(ipaddr, 2), esp_ip4_addr_get_byte(ipaddr, 3)
#define IPSTR "%d.%d.%d.%d"
#define ESP_IP4TOADDR(a, b, c, d) \
  ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)
char *esp_ip4addr_ntoa(const esp_ip4_addr_t *addr, char *buf, int buflen);
#ifdef __cplusplus
}
#endif
