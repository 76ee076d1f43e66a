#include "client.h"
#include "esp_log.h"
#include "freertos/semphr.h"
#include "sdkconfig.h"

/** The task of ota_client_start(), and who talks to it. */

static struct {
    ota_esp_client_t *client;
    TaskHandle_t task;
    /** Given by the task as its last act. */
    SemaphoreHandle_t ended;
    StaticSemaphore_t ended_memory;
} s_run;

static void task_main(void *arg)
{
    ota_esp_client_t *client = arg;
    client->sleeper.task = xTaskGetCurrentTaskHandle();
    int err = ota_core_run(&client->core);
    ESP_LOGI(OTA_LOG_TAG, "stopped (%s); %u bytes of stack were never used", ota_err_name(err),
             (unsigned)uxTaskGetStackHighWaterMark(NULL));
    xSemaphoreGive(s_run.ended);
    vTaskDelete(NULL);
}

static esp_err_t start(const ota_config_t *config)
{
    esp_err_t err = ota_esp_client_new(&s_run.client, config, NULL);
    if (err != ESP_OK)
        return err;
    uint32_t stack = config->task_stack_size ? config->task_stack_size : CONFIG_OTA_TASK_STACK_SIZE;
    uint32_t priority = config->task_priority ? config->task_priority : CONFIG_OTA_TASK_PRIORITY;
    s_run.ended = xSemaphoreCreateBinaryStatic(&s_run.ended_memory);
    if (xTaskCreate(task_main, "ota_client", stack, s_run.client, priority, &s_run.task) == pdPASS)
        return ESP_OK;
    ota_esp_client_free(s_run.client);
    return OTA_ERR_NO_MEMORY;
}

esp_err_t ota_client_start(const ota_config_t *config)
{
    if (!ota_esp_claim())
        return OTA_ERR_STATE;
    esp_err_t err = start(config);
    if (err != ESP_OK) {
        s_run.task = NULL;
        ota_esp_release();
    }
    return err;
}

esp_err_t ota_client_stop(void)
{
    TaskHandle_t task = s_run.task;
    if (!task || task == xTaskGetCurrentTaskHandle())
        return OTA_ERR_STATE;
    s_run.client->sleeper.stop = true;
    xTaskNotifyGive(task);
    xSemaphoreTake(s_run.ended, portMAX_DELAY);
    s_run.task = NULL;
    ota_esp_client_free(s_run.client);
    ota_esp_release();
    return ESP_OK;
}

esp_err_t ota_client_check_now(void)
{
    if (!s_run.task)
        return OTA_ERR_STATE;
    xTaskNotifyGive(s_run.task);
    return ESP_OK;
}
