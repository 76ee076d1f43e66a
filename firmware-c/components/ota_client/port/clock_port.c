#include "esp_random.h"
#include "esp_timer.h"
#include "ports.h"
#include <time.h>

/** The clock starts at 1970; no device that runs this was built before 2025. */
#define CLOCK_IS_SET_FROM 1735689600
/** Ticks of one FreeRTOS delay: its conversion from ms overflows 32 bits beyond some of them. */
#define SLEEP_PIECE_MS 60000u

static uint64_t now_ms(void *ctx)
{
    (void)ctx;
    return (uint64_t)esp_timer_get_time() / 1000u;
}

static int64_t wall_s(void *ctx)
{
    (void)ctx;
    time_t now = time(NULL);
    return now < CLOCK_IS_SET_FROM ? 0 : (int64_t)now;
}

static TickType_t ticks_of(uint32_t ms)
{
    TickType_t ticks = pdMS_TO_TICKS(ms);
    return ticks > 0 ? ticks : 1;
}

static bool sleep_ms(void *ctx, uint32_t ms)
{
    ota_esp_sleeper_t *sleeper = ctx;
    while (ms > 0 && !sleeper->stop) {
        uint32_t piece = ms < SLEEP_PIECE_MS ? ms : SLEEP_PIECE_MS;
        if (!sleeper->task)
            vTaskDelay(ticks_of(piece));
        else if (ulTaskNotifyTake(pdTRUE, ticks_of(piece)) > 0)
            break;
        ms -= piece;
    }
    return !sleeper->stop;
}

static uint32_t random_bits(void *ctx)
{
    (void)ctx;
    return esp_random();
}

void ota_esp_clock_port(ota_clock_port_t *port, ota_esp_sleeper_t *sleeper)
{
    *port = (ota_clock_port_t){
        .ctx = sleeper, .now_ms = now_ms, .wall_s = wall_s, .sleep_ms = sleep_ms, .random = random_bits};
}
