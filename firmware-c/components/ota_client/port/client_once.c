#include "client.h"

/** The functions of ota_client.h that run in the caller's task. */

typedef struct {
    const ota_update_t *update;
    ota_update_t *out;
    const char *status;
    uint32_t bytes;
    const char *error;
} call_t;

/** Makes a client, lets it do one thing, and lets it go. */
static esp_err_t once(const ota_config_t *config, int (*run)(ota_core_t *core, const call_t *call), const call_t *call)
{
    ota_esp_client_t *client;
    if (!ota_esp_claim())
        return OTA_ERR_STATE;
    esp_err_t err = ota_esp_client_new(&client, config, NULL);
    if (err == ESP_OK)
        err = run(&client->core, call);
    ota_esp_client_free(client);
    ota_esp_release();
    return err;
}

static int run_round(ota_core_t *core, const call_t *call)
{
    (void)call;
    return ota_core_round(core);
}

/** A new image must be confirmed here too: whoever calls the steps one by one calls no round. */
static int run_check(ota_core_t *core, const call_t *call)
{
    int err = ota_core_settle(core);
    return err == OTA_OK ? ota_core_check(core, call->out) : err;
}

static int run_install(ota_core_t *core, const call_t *call)
{
    int err = ota_core_settle(core);
    return err == OTA_OK ? ota_core_install(core, call->update) : err;
}

static int run_report(ota_core_t *core, const call_t *call)
{
    return ota_core_report(core, call->update, call->status, call->bytes, call->error);
}

esp_err_t ota_check_and_update(const ota_config_t *config)
{
    return once(config, run_round, NULL);
}

esp_err_t ota_check_for_updates(const ota_config_t *config, ota_update_t *update)
{
    const call_t call = {.out = update};
    return update ? once(config, run_check, &call) : OTA_ERR_CONFIG;
}

esp_err_t ota_download_and_install(const ota_config_t *config, const ota_update_t *update)
{
    const call_t call = {.update = update};
    return update ? once(config, run_install, &call) : OTA_ERR_CONFIG;
}

esp_err_t ota_report_status(const ota_config_t *config, const ota_update_t *update, const char *status,
                            uint32_t bytes_downloaded, const char *error)
{
    const call_t call = {.update = update, .status = status, .bytes = bytes_downloaded, .error = error};
    return update && status ? once(config, run_report, &call) : OTA_ERR_CONFIG;
}

esp_err_t ota_client_factory_reset(void)
{
    if (!ota_esp_claim())
        return OTA_ERR_STATE;
    ota_kv_port_t kv;
    ota_esp_kv_port(&kv);
    ota_port_result_t result = kv.erase_all(kv.ctx);
    ota_esp_release();
    return result == OTA_PORT_OK ? ESP_OK : OTA_ERR_STORE;
}
