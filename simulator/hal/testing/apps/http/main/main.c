// Does what lines on UART0 ask of esp_http_client, and prints what came of it:
//   perform URL            open URL [read-size]           redirect URL    post URL BODY     twice URL
//   update URL (by esp_https_ota, without a restart)
//   timeout MS   clock S   trust none|bundle|PEM-body     name NAME
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "esp_crt_bundle.h"
#include "esp_event.h"
#include "esp_http_client.h"
#include "esp_https_ota.h"
#include "esp_netif.h"
#include "esp_wifi.h"
#include "freertos/event_groups.h"
#include "esp_ota_ops.h"
#include "mbedtls/x509.h"

static EventGroupHandle_t online;
static int timeout_ms = 3000;
static char ca[256];
static bool bundle;
static const char *name;
static unsigned sum, total;

static void on_ip(void *arg, esp_event_base_t base, int32_t id, void *data) {
  (void)arg, (void)base, (void)id, (void)data;
  xEventGroupSetBits(online, 1);
}

// FNV-1a: enough to see whether two bodies are the same.
static void add(const void *data, int length) {
  const unsigned char *bytes = data;
  for (int i = 0; i < length; i++) sum = (sum ^ bytes[i]) * 16777619u;
  total += (unsigned)length;
}
static esp_err_t on_event(esp_http_client_event_t *event) {
  switch (event->event_id) {
    case HTTP_EVENT_ON_CONNECTED: printf("connected\n"); break;
    case HTTP_EVENT_ON_HEADER: printf("header %s=%s\n", event->header_key, event->header_value); break;
    case HTTP_EVENT_ON_DATA:
      if (event->user_data) add(event->data, event->data_len);
      break;
    case HTTP_EVENT_ON_FINISH: printf("finish\n"); break;
    case HTTP_EVENT_REDIRECT: printf("redirect\n"); break;
    case HTTP_EVENT_ERROR: printf("error event\n"); break;
    default: break;
  }
  return ESP_OK;
}

static esp_http_client_handle_t client_for(const char *url, bool by_events) {
  esp_http_client_config_t config = {.url = url, .timeout_ms = timeout_ms, .event_handler = on_event};
  config.user_data = by_events ? &total : NULL;
  config.cert_pem = ca[0] ? ca : NULL;
  config.crt_bundle_attach = bundle ? esp_crt_bundle_attach : NULL;
  config.common_name = name;
  sum = 2166136261u;
  total = 0;
  return esp_http_client_init(&config);
}
static void result(esp_http_client_handle_t client, const char *what, esp_err_t err) {
  int code = 0, flags = 0;
  esp_err_t tls = esp_http_client_get_and_clear_last_tls_error(client, &code, &flags);
  printf("%s %s status %d length %lld chunked %d complete %d body %u sum %08x tls %x %x %x\n", what, esp_err_to_name(err),
         esp_http_client_get_status_code(client), (long long)esp_http_client_get_content_length(client),
         esp_http_client_is_chunked_response(client), esp_http_client_is_complete_data_received(client), total, sum, tls, code, flags);
}

static void perform(const char *url, int times, const char *post) {
  esp_http_client_handle_t client = client_for(url, true);
  if (!client) {
    printf("no client\n");
    return;
  }
  if (post) {
    esp_http_client_set_method(client, HTTP_METHOD_POST);
    esp_http_client_set_header(client, "Content-Type", "application/json");
    esp_http_client_set_post_field(client, post, (int)strlen(post));
  }
  for (int i = 0; i < times; i++) result(client, "performed", esp_http_client_perform(client));
  esp_http_client_cleanup(client);
}

static void stream(const char *url, int size, bool follow) {
  esp_http_client_handle_t client = client_for(url, false);
  if (!client) {
    printf("no client\n");
    return;
  }
  for (int hop = 0; hop < 5; hop++) {
    esp_err_t err = esp_http_client_open(client, 0);
    if (err != ESP_OK) {
      result(client, "open", err);
      break;
    }
    int64_t length = esp_http_client_fetch_headers(client);
    printf("headers %lld\n", (long long)length);
    if (length < 0) {
      printf("errno %s\n", strerror(esp_http_client_get_errno(client)));
      result(client, "fetch", (esp_err_t)(length == ESP_FAIL ? ESP_FAIL : -length));
      break;
    }
    if (follow && esp_http_client_get_status_code(client) / 100 == 3 && esp_http_client_set_redirection(client) == ESP_OK) continue;
    char *buffer = malloc((size_t)size);
    int n;
    while ((n = esp_http_client_read(client, buffer, size)) > 0) add(buffer, n);
    free(buffer);
    printf("last read %d\n", n);
    result(client, "read", ESP_OK);
    break;
  }
  esp_http_client_cleanup(client);
}

static void update(const char *url) {
  esp_http_client_config_t http = {.url = url, .timeout_ms = timeout_ms, .cert_pem = ca[0] ? ca : NULL};
  http.crt_bundle_attach = bundle ? esp_crt_bundle_attach : NULL;
  esp_https_ota_config_t config = {.http_config = &http};
  esp_err_t err = esp_https_ota(&config);
  printf("updated %s, next boot %s\n", esp_err_to_name(err), esp_ota_get_boot_partition()->label);
}

static void command(char *line) {
  char *word = strtok(line, " "), *first = strtok(NULL, " "), *second = strtok(NULL, "");
  if (!word) return;
  if (strcmp(word, "perform") == 0) perform(first, 1, NULL);
  else if (strcmp(word, "twice") == 0) perform(first, 2, NULL);
  else if (strcmp(word, "post") == 0) perform(first, 1, second);
  else if (strcmp(word, "open") == 0) stream(first, second ? atoi(second) : 1024, false);
  else if (strcmp(word, "redirect") == 0) stream(first, 256, true);
  else if (strcmp(word, "update") == 0) update(first);
  else if (strcmp(word, "timeout") == 0) timeout_ms = atoi(first);
  else if (strcmp(word, "name") == 0) name = strdup(first);
  else if (strcmp(word, "clock") == 0) {
    struct timeval now = {.tv_sec = atoll(first)};
    settimeofday(&now, NULL);
  } else if (strcmp(word, "trust") == 0) {
    bundle = strcmp(first, "bundle") == 0;
    ca[0] = 0;
    if (!bundle && strcmp(first, "none") != 0)
      snprintf(ca, sizeof ca, "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", first);
  }
  printf("ready at %lld\n", (long long)time(NULL));
}

void app_main(void) {
  online = xEventGroupCreate();
  ESP_ERROR_CHECK(esp_netif_init());
  ESP_ERROR_CHECK(esp_event_loop_create_default());
  esp_netif_create_default_wifi_sta();
  wifi_init_config_t init = WIFI_INIT_CONFIG_DEFAULT();
  ESP_ERROR_CHECK(esp_wifi_init(&init));
  ESP_ERROR_CHECK(esp_event_handler_register(IP_EVENT, IP_EVENT_STA_GOT_IP, on_ip, NULL));
  wifi_config_t config = {.sta = {.ssid = "ota-bench", .password = "ota-bench-pass"}};
  ESP_ERROR_CHECK(esp_wifi_set_config(WIFI_IF_STA, &config));
  ESP_ERROR_CHECK(esp_wifi_start());
  ESP_ERROR_CHECK(esp_wifi_connect());
  xEventGroupWaitBits(online, 1, pdFALSE, pdTRUE, portMAX_DELAY);
  printf("ready at %lld\n", (long long)time(NULL));
  char line[512];
  size_t held = 0;
  for (;;) {
    char c;
    if (read(0, &c, 1) != 1) {
      vTaskDelay(10);
    } else if (c == '\n') {
      line[held] = 0;
      held = 0;
      command(line);
    } else if (held < sizeof line - 1) {
      line[held++] = c;
    }
  }
}
