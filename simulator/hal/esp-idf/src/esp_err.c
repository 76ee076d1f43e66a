#include "esp_err.h"
#include <stdio.h>
#include "esp_http_client.h"
#include "esp_netif.h"
#include "esp_ota_ops.h"
#include "esp_wifi.h"
#include "nvs.h"

#define NAMED(code) {code, #code}
static const struct {
  esp_err_t code;
  const char *name;
} names[] = {
    NAMED(ESP_FAIL), NAMED(ESP_OK), NAMED(ESP_ERR_NO_MEM), NAMED(ESP_ERR_INVALID_ARG), NAMED(ESP_ERR_INVALID_STATE),
    NAMED(ESP_ERR_INVALID_SIZE), NAMED(ESP_ERR_NOT_FOUND), NAMED(ESP_ERR_NOT_SUPPORTED), NAMED(ESP_ERR_TIMEOUT),
    NAMED(ESP_ERR_INVALID_RESPONSE), NAMED(ESP_ERR_INVALID_CRC), NAMED(ESP_ERR_INVALID_VERSION),
    NAMED(ESP_ERR_INVALID_MAC), NAMED(ESP_ERR_NOT_FINISHED), NAMED(ESP_ERR_NOT_ALLOWED),
    NAMED(ESP_ERR_NVS_NOT_INITIALIZED), NAMED(ESP_ERR_NVS_NOT_FOUND), NAMED(ESP_ERR_NVS_TYPE_MISMATCH),
    NAMED(ESP_ERR_NVS_READ_ONLY), NAMED(ESP_ERR_NVS_NOT_ENOUGH_SPACE), NAMED(ESP_ERR_NVS_INVALID_NAME),
    NAMED(ESP_ERR_NVS_INVALID_HANDLE), NAMED(ESP_ERR_NVS_REMOVE_FAILED), NAMED(ESP_ERR_NVS_KEY_TOO_LONG),
    NAMED(ESP_ERR_NVS_PAGE_FULL), NAMED(ESP_ERR_NVS_INVALID_STATE), NAMED(ESP_ERR_NVS_INVALID_LENGTH),
    NAMED(ESP_ERR_NVS_NO_FREE_PAGES), NAMED(ESP_ERR_NVS_VALUE_TOO_LONG), NAMED(ESP_ERR_NVS_PART_NOT_FOUND),
    NAMED(ESP_ERR_NVS_NEW_VERSION_FOUND), NAMED(ESP_ERR_OTA_PARTITION_CONFLICT),
    NAMED(ESP_ERR_OTA_SELECT_INFO_INVALID), NAMED(ESP_ERR_OTA_VALIDATE_FAILED), NAMED(ESP_ERR_OTA_SMALL_SEC_VER),
    NAMED(ESP_ERR_OTA_ROLLBACK_FAILED), NAMED(ESP_ERR_OTA_ROLLBACK_INVALID_STATE),
    NAMED(ESP_ERR_OTA_ALREADY_IN_PROGRESS), NAMED(ESP_ERR_FLASH_OP_FAIL), NAMED(ESP_ERR_FLASH_OP_TIMEOUT),
    NAMED(ESP_ERR_IMAGE_INVALID), NAMED(ESP_ERR_HTTP_MAX_REDIRECT), NAMED(ESP_ERR_HTTP_CONNECT), NAMED(ESP_ERR_HTTP_WRITE_DATA),
    NAMED(ESP_ERR_HTTP_FETCH_HEADER), NAMED(ESP_ERR_HTTP_INVALID_TRANSPORT), NAMED(ESP_ERR_HTTP_CONNECTING),
    NAMED(ESP_ERR_HTTP_EAGAIN), NAMED(ESP_ERR_HTTP_CONNECTION_CLOSED), NAMED(ESP_ERR_HTTP_NOT_MODIFIED),
    NAMED(ESP_ERR_HTTP_RANGE_NOT_SATISFIABLE), NAMED(ESP_ERR_ESP_TLS_CANNOT_RESOLVE_HOSTNAME),
    NAMED(ESP_ERR_ESP_TLS_FAILED_CONNECT_TO_HOST), NAMED(ESP_ERR_ESP_TLS_CONNECTION_TIMEOUT),
    NAMED(ESP_ERR_ESP_TLS_TCP_CLOSED_FIN), NAMED(ESP_ERR_ESP_TLS_SERVER_HANDSHAKE_TIMEOUT),
    NAMED(ESP_ERR_MBEDTLS_X509_CRT_PARSE_FAILED), NAMED(ESP_ERR_MBEDTLS_SSL_SETUP_FAILED),
    NAMED(ESP_ERR_MBEDTLS_SSL_HANDSHAKE_FAILED), NAMED(ESP_ERR_WIFI_NOT_INIT), NAMED(ESP_ERR_WIFI_NOT_STARTED),
    NAMED(ESP_ERR_WIFI_NOT_STOPPED), NAMED(ESP_ERR_WIFI_IF), NAMED(ESP_ERR_WIFI_MODE), NAMED(ESP_ERR_WIFI_STATE),
    NAMED(ESP_ERR_WIFI_CONN), NAMED(ESP_ERR_WIFI_SSID), NAMED(ESP_ERR_WIFI_PASSWORD), NAMED(ESP_ERR_WIFI_TIMEOUT),
    NAMED(ESP_ERR_WIFI_NOT_CONNECT), NAMED(ESP_ERR_ESP_NETIF_INVALID_PARAMS), NAMED(ESP_ERR_ESP_NETIF_IF_NOT_READY),
};

static const char *find(esp_err_t code) {
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (names[i].code == code) return names[i].name;
  return NULL;
}
const char *esp_err_to_name(esp_err_t code) {
  const char *name = find(code);
  return name ? name : "UNKNOWN ERROR";
}
const char *esp_err_to_name_r(esp_err_t code, char *buf, size_t buflen) {
  const char *name = find(code);
  if (name) snprintf(buf, buflen, "%s", name);
  else snprintf(buf, buflen, "Unknown error 0x%x (%d)", (unsigned)code, code);
  return buf;
}

static void describe(esp_err_t rc, const char *file, int line, const char *function, const char *expression, const char *what) {
  printf("%s failed: esp_err_t 0x%x (%s)\nfile: \"%s\" line %d\nfunc: %s\nexpression: %s\n", what, (unsigned)rc,
         esp_err_to_name(rc), file, line, function, expression);
}
void _esp_error_check_failed(esp_err_t rc, const char *file, int line, const char *function, const char *expression) {
  describe(rc, file, line, function, expression, "ESP_ERROR_CHECK");
  abort();
}
void _esp_error_check_failed_without_abort(esp_err_t rc, const char *file, int line, const char *function,
                                           const char *expression) {
  describe(rc, file, line, function, expression, "ESP_ERROR_CHECK_WITHOUT_ABORT");
}
