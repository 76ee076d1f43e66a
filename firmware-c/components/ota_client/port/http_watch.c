#include "http_watch.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include <limits.h>

/** Static, since the timer's task may still be in its callback when the client is given up. */
static struct {
    portMUX_TYPE lock;
    /** NULL: nothing is watched. */
    esp_http_client_handle_t client;
    esp_timer_handle_t timer;
    int64_t until_us;
} s_watch = {.lock = portMUX_INITIALIZER_UNLOCKED};

static void time_is_over(void *arg)
{
    (void)arg;
    portENTER_CRITICAL(&s_watch.lock);
    if (s_watch.client)
        esp_http_client_set_timeout_ms(s_watch.client, 1);
    portEXIT_CRITICAL(&s_watch.lock);
}

static void watch(esp_http_client_handle_t client)
{
    portENTER_CRITICAL(&s_watch.lock);
    s_watch.client = client;
    portEXIT_CRITICAL(&s_watch.lock);
}

bool ota_http_watch_start(esp_http_client_handle_t client, uint32_t ms)
{
    const esp_timer_create_args_t args = {.callback = time_is_over, .name = "ota_http"};
    ota_http_watch_stop();
    if (!s_watch.timer && esp_timer_create(&args, &s_watch.timer) != ESP_OK)
        return false;
    s_watch.until_us = esp_timer_get_time() + (int64_t)ms * 1000;
    watch(client);
    return esp_timer_start_once(s_watch.timer, (uint64_t)ms * 1000u) == ESP_OK;
}

bool ota_http_watch_over(void)
{
    return esp_timer_get_time() >= s_watch.until_us;
}

int ota_http_watch_left_ms(void)
{
    int64_t left = (s_watch.until_us - esp_timer_get_time()) / 1000;
    return left < 1 ? 1 : left < INT_MAX ? (int)left : INT_MAX;
}

void ota_http_watch_stop(void)
{
    watch(NULL);
    if (s_watch.timer)
        esp_timer_stop(s_watch.timer);
}
