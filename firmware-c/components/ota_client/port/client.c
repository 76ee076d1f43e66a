#include "client.h"
#include "sdkconfig.h"
#include <stdatomic.h>
#include <stdlib.h>

#define BUFFER_SIZE_DEFAULT 4096u
#define BUFFER_SIZE_MAX 65536u

static atomic_flag s_claimed = ATOMIC_FLAG_INIT;

bool ota_esp_claim(void)
{
    return !atomic_flag_test_and_set(&s_claimed);
}

void ota_esp_release(void)
{
    atomic_flag_clear(&s_claimed);
}

static void on_progress(uint32_t done, uint32_t total, void *user)
{
    const ota_config_t *config = &((ota_esp_client_t *)user)->config;
    config->on_progress(done, total, config->user);
}

static void on_event(const ota_event_t *event, void *user)
{
    const ota_config_t *config = &((ota_esp_client_t *)user)->config;
    config->on_event(event, config->user);
}

static bool self_test(void *user)
{
    const ota_config_t *config = &((ota_esp_client_t *)user)->config;
    return config->self_test(config->user) == ESP_OK;
}

static void join_ports(ota_esp_client_t *client, TaskHandle_t task)
{
    client->http.ca_pem = client->config.ca_pem;
    client->http.crt_bundle_attach = client->config.crt_bundle_attach;
    client->sleeper.task = task;
    ota_esp_http_port(&client->port.http, &client->http);
    ota_esp_flash_port(&client->port.flash);
    ota_esp_kv_port(&client->port.kv);
    ota_esp_hash_port(&client->port.hash);
    ota_esp_clock_port(&client->port.clock, &client->sleeper);
    ota_esp_reboot_port(&client->port.reboot);
    ota_esp_log_port(&client->port.log);
}

/** The core's configuration, with Kconfig where the application sets nothing. */
static ota_core_config_t core_config(ota_esp_client_t *client, uint32_t buffer_size)
{
    const ota_config_t *config = &client->config;
    return (ota_core_config_t){
        .device_id = config->device_id,
        .device_type = config->device_type ? config->device_type : CONFIG_OTA_DEVICE_TYPE,
        .server_url = config->server_url ? config->server_url : CONFIG_OTA_SERVER_URL,
        .current_version = config->current_version,
        .current_build = config->current_build,
        .token = config->token,
        .check_interval_s = config->check_interval_s ? config->check_interval_s : CONFIG_OTA_CHECK_INTERVAL_SEC,
        .request_timeout_ms = config->request_timeout_ms ? config->request_timeout_ms : CONFIG_OTA_REQUEST_TIMEOUT_MS,
        .download_timeout_ms = config->download_timeout_ms,
        .jitter_percent = config->jitter_percent,
        .first_check_spread_ms = config->first_check_spread_ms,
        .retry_max = config->retry_max,
        .retry_base_ms = config->retry_base_ms,
        .retry_cap_ms = config->retry_cap_ms,
        .retry_after_cap_s = config->retry_after_cap_s,
        .resume_step_bytes = config->resume_step_bytes,
        .redirect_max = config->redirect_max,
        .confirm_timeout_s = config->confirm_timeout_s,
        .allow_downgrade = config->allow_downgrade,
        .on_progress = config->on_progress ? on_progress : NULL,
        .on_event = config->on_event ? on_event : NULL,
        .self_test = config->self_test ? self_test : NULL,
        .user = client,
        .buffer = client->buffer,
        .buffer_size = buffer_size,
    };
}

esp_err_t ota_esp_client_new(ota_esp_client_t **client, const ota_config_t *config, TaskHandle_t task)
{
    *client = NULL;
    if (!config || config->buffer_size > BUFFER_SIZE_MAX)
        return OTA_ERR_CONFIG;
    uint32_t buffer_size = config->buffer_size ? config->buffer_size : BUFFER_SIZE_DEFAULT;
    ota_esp_client_t *made = calloc(1, sizeof(*made) + buffer_size);
    if (!made)
        return OTA_ERR_NO_MEMORY;
    made->config = *config;
    join_ports(made, task);
    ota_core_config_t core = core_config(made, buffer_size);
    int err = ota_core_init(&made->core, &core, &made->port);
    if (err != OTA_OK) {
        free(made);
        return err;
    }
    *client = made;
    return ESP_OK;
}

void ota_esp_client_free(ota_esp_client_t *client)
{
    if (!client)
        return;
    client->port.http.close(client->port.http.ctx);
    free(client);
}
