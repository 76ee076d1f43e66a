#include "http_error.h"
#include "esp_http_client.h"
#include "esp_log.h"
#include "esp_tls_errors.h"
#include "ports.h"

/** mbedtls/net_sockets.h and mbedtls/ssl.h, whose numbers are the same in mbedtls 3 and 4. */
#define NET_CONN_RESET 0x0050
#define SSL_ALLOC_FAILED 0x7F00
/** mbedtls/x509.h, MBEDTLS_X509_BADCERT_*. */
#define BADCERT_EXPIRED 0x01
#define BADCERT_CN_MISMATCH 0x04
#define BADCERT_NOT_TRUSTED 0x08
#define BADCERT_FUTURE 0x0200

static const char *reason_of(int flags)
{
    if (flags & BADCERT_FUTURE)
        return "the certificate is not valid yet: is the clock set?";
    if (flags & BADCERT_EXPIRED)
        return "the certificate has expired: renew it on the server, and look at the clock";
    if (flags & BADCERT_CN_MISMATCH)
        return "the certificate is for another host name than server_url has";
    if (flags & BADCERT_NOT_TRUSTED)
        return "no CA that this device trusts has signed the certificate: set ca_pem or crt_bundle_attach";
    return "the handshake failed: a CA is needed (ca_pem, crt_bundle_attach or CONFIG_OTA_CERT_BUNDLE), and TLS 1.2 on the "
           "server";
}

static ota_port_result_t result_of(const ota_tls_failure_t *tls)
{
    switch (tls->err) {
    case ESP_ERR_ESP_TLS_CANNOT_RESOLVE_HOSTNAME:
    case ESP_ERR_ESP_TLS_CANNOT_CREATE_SOCKET:
    case ESP_ERR_ESP_TLS_UNSUPPORTED_PROTOCOL_FAMILY:
    case ESP_ERR_ESP_TLS_FAILED_CONNECT_TO_HOST:
    case ESP_ERR_ESP_TLS_SOCKET_SETOPT_FAILED:
        return OTA_PORT_CONNECT;
    case ESP_ERR_ESP_TLS_CONNECTION_TIMEOUT:
#ifdef ESP_ERR_ESP_TLS_SERVER_HANDSHAKE_TIMEOUT /* later releases only */
    case ESP_ERR_ESP_TLS_SERVER_HANDSHAKE_TIMEOUT:
#endif
        return OTA_PORT_TIMEOUT;
    case ESP_ERR_ESP_TLS_TCP_CLOSED_FIN:
        return OTA_PORT_DROPPED;
    case ESP_ERR_NO_MEM:
        return OTA_PORT_NO_MEMORY;
    default:
        break;
    }
    int code = tls->code < 0 ? -tls->code : tls->code;
    if (tls->flags == 0 && code == NET_CONN_RESET)
        return OTA_PORT_DROPPED;
    if (code == SSL_ALLOC_FAILED)
        return OTA_PORT_NO_MEMORY;
    return OTA_PORT_TLS;
}

ota_port_result_t ota_http_open_error(esp_err_t err, const ota_tls_failure_t *tls)
{
    switch (err) {
    case ESP_ERR_NO_MEM:
        return OTA_PORT_NO_MEMORY;
    case ESP_ERR_HTTP_WRITE_DATA:
        return OTA_PORT_DROPPED;
    case ESP_ERR_HTTP_INVALID_TRANSPORT:
        ESP_LOGE(OTA_LOG_TAG, "https needs CONFIG_ESP_HTTP_CLIENT_ENABLE_HTTPS");
        return OTA_PORT_TLS;
    default:
        break;
    }
    if (tls->err == ESP_OK || tls->err == ESP_FAIL)
        return OTA_PORT_CONNECT;
    ota_port_result_t result = result_of(tls);
    if (result == OTA_PORT_TLS)
        ESP_LOGE(OTA_LOG_TAG, "TLS: %s (%s, mbedtls -0x%04x, flags 0x%x)", reason_of(tls->flags),
                 esp_err_to_name(tls->err), (unsigned)(tls->code < 0 ? -tls->code : tls->code), (unsigned)tls->flags);
    return result;
}
