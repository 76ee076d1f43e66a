#include "http_port.h"
#include "esp_timer.h"
#include "esp_tls.h"
#include "http_head.h"
#include "http_watch.h"
#include "sdkconfig.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#if CONFIG_OTA_CERT_BUNDLE
#include "esp_crt_bundle.h"
#endif

/** Once bytes have come, a read collects more for so long: fewer and larger writes to flash. */
#define FILL_MS 200
/** Request line and headers beside URL, token and range. */
#define TX_EXTRA 512

/** Milliseconds for which a read that has bytes may go on collecting. */
static int fill_left_ms(int64_t until_us)
{
    int64_t left = (until_us - esp_timer_get_time()) / 1000;
    int most = ota_http_watch_left_ms();
    return left < 1 ? 1 : left < most ? (int)left : most;
}

static esp_err_t on_event(esp_http_client_event_t *event)
{
    ota_esp_http_t *http = event->user_data;
    if (event->event_id == HTTP_EVENT_ON_HEADER && http->response) {
        if (strcasecmp(event->header_key, "Transfer-Encoding") == 0)
            http->chunked = strcasecmp(event->header_value, "chunked") == 0;
        ota_http_head_take(http->response, event->header_key, event->header_value);
    }
    if (event->event_id == HTTP_EVENT_ERROR && event->data)
        http->tls.err = esp_tls_get_and_clear_last_error(event->data, &http->tls.code, &http->tls.flags);
    if (event->event_id == HTTP_EVENT_ON_DATA && !http->response)
        esp_http_client_set_timeout_ms(event->client, fill_left_ms(http->fill_until_us));
    return ESP_OK;
}

static void http_close(void *ctx)
{
    ota_esp_http_t *http = ctx;
    ota_http_watch_stop();
    if (http->client)
        esp_http_client_cleanup(http->client);
    http->client = NULL;
    http->response = NULL;
}

/** NULL when there is no memory. The transmit buffer holds the whole head: esp_http_client sends nothing at all of a line that
 *  does not fit. */
static esp_http_client_handle_t new_client(ota_esp_http_t *http, const ota_http_request_t *request)
{
    size_t head = strlen(request->url) + (request->bearer ? strlen(request->bearer) : 0) +
                  (request->if_range ? strlen(request->if_range) : 0) + TX_EXTRA;
    esp_http_client_config_t config = {
        .url = request->url,
        .method = strcmp(request->method, "POST") == 0 ? HTTP_METHOD_POST : HTTP_METHOD_GET,
        .user_agent = "ota_client",
        .timeout_ms = (int)request->timeout_ms,
        .disable_auto_redirect = true,
        .event_handler = on_event,
        .user_data = http,
        .buffer_size = CONFIG_OTA_HTTP_RX_BUFFER,
        .buffer_size_tx = (int)head,
    };
    if (http->crt_bundle_attach)
        config.crt_bundle_attach = http->crt_bundle_attach;
    else if (http->ca_pem)
        config.cert_pem = http->ca_pem;
#if CONFIG_OTA_CERT_BUNDLE
    else
        config.crt_bundle_attach = esp_crt_bundle_attach;
#endif
    return esp_http_client_init(&config);
}

static esp_err_t set_bearer(esp_http_client_handle_t client, const char *token)
{
    static const char scheme[] = "Bearer ";
    size_t size = sizeof(scheme) + strlen(token);
    char *value = malloc(size);
    if (!value)
        return ESP_ERR_NO_MEM;
    snprintf(value, size, "%s%s", scheme, token);
    esp_err_t err = esp_http_client_set_header(client, "Authorization", value);
    free(value);
    return err;
}

static esp_err_t set_range(esp_http_client_handle_t client, uint32_t from, const char *if_range)
{
    char value[24];
    snprintf(value, sizeof(value), "bytes=%" PRIu32 "-", from);
    esp_err_t err = esp_http_client_set_header(client, "Range", value);
    if (err == ESP_OK && if_range)
        err = esp_http_client_set_header(client, "If-Range", if_range);
    return err;
}

static esp_err_t set_headers(esp_http_client_handle_t client, const ota_http_request_t *request)
{
    esp_err_t err = ESP_OK;
    if (request->bearer)
        err = set_bearer(client, request->bearer);
    if (err == ESP_OK && request->body)
        err = esp_http_client_set_header(client, "Content-Type", "application/json");
    if (err == ESP_OK && request->range_from > 0)
        err = set_range(client, request->range_from, request->if_range);
    return err;
}

static ota_port_result_t send_request(ota_esp_http_t *http, const ota_http_request_t *request)
{
    http->tls = (ota_tls_failure_t){0};
    esp_err_t err = esp_http_client_open(http->client, (int)request->body_len);
    if (err != ESP_OK)
        return ota_http_open_error(err, &http->tls);
    int sent = request->body_len > 0 ? esp_http_client_write(http->client, request->body, (int)request->body_len) : 0;
    return sent == (int)request->body_len ? OTA_PORT_OK : OTA_PORT_DROPPED;
}

/** Reads the head, past any 1xx. */
static ota_port_result_t receive_head(ota_esp_http_t *http, ota_http_response_t *response)
{
    while (!ota_http_watch_over()) {
        esp_http_client_set_timeout_ms(http->client, ota_http_watch_left_ms());
        int64_t length = esp_http_client_fetch_headers(http->client);
        if (length == -ESP_ERR_HTTP_EAGAIN)
            continue;
        if (length < 0)
            return OTA_PORT_DROPPED;
        response->status = esp_http_client_get_status_code(http->client);
        if (response->status >= 200) {
            response->content_length = http->chunked ? -1 : esp_http_client_get_content_length(http->client);
            return OTA_PORT_OK;
        }
        *response = (ota_http_response_t){0};
        http->chunked = false;
    }
    return OTA_PORT_TIMEOUT;
}

static ota_port_result_t http_open(void *ctx, const ota_http_request_t *request, ota_http_response_t *response)
{
    ota_esp_http_t *http = ctx;
    http_close(http);
    *response = (ota_http_response_t){0};
    http->chunked = false;
    http->ended = false;
    http->client = new_client(http, request);
    if (!http->client)
        return OTA_PORT_NO_MEMORY;
    ota_port_result_t result = OTA_PORT_NO_MEMORY;
    if (set_headers(http->client, request) == ESP_OK)
        result = send_request(http, request);
    if (result == OTA_PORT_OK && !ota_http_watch_start(http->client, request->timeout_ms))
        result = OTA_PORT_NO_MEMORY;
    if (result == OTA_PORT_OK) {
        http->response = response;
        result = receive_head(http, response);
        http->response = NULL;
    }
    if (result != OTA_PORT_OK)
        http_close(http);
    return result;
}

/** The end of a body that the connection's end delimits: whole unless the connection broke. Up to 5.1 it shows as an error. */
static ota_port_result_t at_connection_end(ota_esp_http_t *http, bool complete)
{
    bool delimits = !http->chunked && esp_http_client_get_content_length(http->client) < 0;
    http->ended = delimits ? esp_http_client_get_errno(http->client) == 0 : complete;
    return http->ended ? OTA_PORT_OK : OTA_PORT_DROPPED;
}

static ota_port_result_t http_read(void *ctx, uint8_t *buf, size_t size, size_t *got, uint32_t timeout_ms)
{
    ota_esp_http_t *http = ctx;
    *got = 0;
    if (!http->client || http->ended)
        return OTA_PORT_OK;
    if (!ota_http_watch_start(http->client, timeout_ms))
        return OTA_PORT_NO_MEMORY;
    do {
        http->fill_until_us = esp_timer_get_time() + FILL_MS * 1000;
        esp_http_client_set_timeout_ms(http->client, ota_http_watch_left_ms());
        int len = esp_http_client_read(http->client, (char *)buf, (int)size);
        if (len > 0) {
            *got = (size_t)len;
            return OTA_PORT_OK;
        }
        if (len != -ESP_ERR_HTTP_EAGAIN)
            return at_connection_end(http, len == 0 && esp_http_client_is_complete_data_received(http->client));
    } while (!ota_http_watch_over());
    return OTA_PORT_TIMEOUT;
}

void ota_esp_http_port(ota_http_port_t *port, ota_esp_http_t *http)
{
    *port = (ota_http_port_t){.ctx = http, .open = http_open, .read = http_read, .close = http_close};
}
