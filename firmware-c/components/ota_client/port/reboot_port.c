#include "esp_system.h"
#include "esp_timer.h"
#include "ports.h"

/** One deadline a device: the running image is on trial once. */
static esp_timer_handle_t s_deadline;

static ota_reset_t reset_reason(void *ctx)
{
    (void)ctx;
    switch (esp_reset_reason()) {
    case ESP_RST_POWERON:
        return OTA_RESET_POWER_ON;
    case ESP_RST_SW:
        return OTA_RESET_SOFTWARE;
    case ESP_RST_PANIC:
        return OTA_RESET_PANIC;
    case ESP_RST_TASK_WDT:
        return OTA_RESET_TASK_WATCHDOG;
    case ESP_RST_INT_WDT:
        return OTA_RESET_INTERRUPT_WATCHDOG;
    case ESP_RST_WDT:
        return OTA_RESET_OTHER_WATCHDOG;
    case ESP_RST_BROWNOUT:
        return OTA_RESET_BROWNOUT;
    case ESP_RST_DEEPSLEEP:
        return OTA_RESET_DEEP_SLEEP;
    case ESP_RST_EXT:
        return OTA_RESET_EXTERNAL;
    default:
        return OTA_RESET_UNKNOWN;
    }
}

static void restart(void *ctx)
{
    (void)ctx;
    esp_restart();
}

/** The image is still PENDING_VERIFY: any reset makes the bootloader go back. */
static void deadline_passed(void *arg)
{
    (void)arg;
    esp_restart();
}

static ota_port_result_t arm_deadline(void *ctx, uint32_t ms)
{
    (void)ctx;
    if (!s_deadline) {
        const esp_timer_create_args_t args = {.callback = deadline_passed, .name = "ota_deadline"};
        if (esp_timer_create(&args, &s_deadline) != ESP_OK)
            return OTA_PORT_NO_MEMORY;
    }
    if (esp_timer_is_active(s_deadline))
        return OTA_PORT_OK;
    return esp_timer_start_once(s_deadline, (uint64_t)ms * 1000u) == ESP_OK ? OTA_PORT_OK : OTA_PORT_IO;
}

static void disarm_deadline(void *ctx)
{
    (void)ctx;
    if (!s_deadline)
        return;
    esp_timer_stop(s_deadline);
    esp_timer_delete(s_deadline);
    s_deadline = NULL;
}

void ota_esp_reboot_port(ota_reboot_port_t *port)
{
    *port = (ota_reboot_port_t){.reset_reason = reset_reason,
                                .restart = restart,
                                .arm_deadline = arm_deadline,
                                .disarm_deadline = disarm_deadline};
}
