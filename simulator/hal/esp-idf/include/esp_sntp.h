// SNTP as lwIP's application (components/lwip/include/apps/esp_sntp.h). Smooth adjustment is not simulated: the clock is set at once.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/time.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum { SNTP_SYNC_MODE_IMMED, SNTP_SYNC_MODE_SMOOTH } sntp_sync_mode_t;
typedef enum { SNTP_SYNC_STATUS_RESET, SNTP_SYNC_STATUS_COMPLETED, SNTP_SYNC_STATUS_IN_PROGRESS } sntp_sync_status_t;
typedef enum { ESP_SNTP_OPMODE_POLL, ESP_SNTP_OPMODE_LISTENONLY } esp_sntp_operatingmode_t;
typedef void (*sntp_sync_time_cb_t)(struct timeval *tv);
void sntp_set_sync_mode(sntp_sync_mode_t sync_mode);
// COMPLETED is answered once for each synchronisation, then RESET again.
sntp_sync_status_t sntp_get_sync_status(void);
void sntp_set_time_sync_notification_cb(sntp_sync_time_cb_t callback);
void sntp_set_sync_interval(uint32_t interval_ms); // at least 15 s; 1 h unless set
uint32_t sntp_get_sync_interval(void);
void esp_sntp_setoperatingmode(esp_sntp_operatingmode_t operating_mode);
void esp_sntp_setservername(uint8_t idx, const char *server);
const char *esp_sntp_getservername(uint8_t idx);
void esp_sntp_init(void);
void esp_sntp_stop(void);
bool esp_sntp_enabled(void);
#ifdef __cplusplus
}
#endif
