/**
 * M5Stack Tab5, the board of scales_bridge_tab5: its ESP32-C6, which is the radio, gets power through an I/O expander (PI4IOE5V6408,
 * second of two). Addresses and pins: m5stack/M5Tab5-UserDemo, m5stack_tab5.c and m5stack_tab5.h.
 */
#include "board.h"
#include "driver/i2c_master.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#define BUS_SDA GPIO_NUM_31
#define BUS_SCL GPIO_NUM_32
#define BUS_HZ 400000
#define BUS_TIMEOUT_MS 50

#define EXPANDER_ADDRESS 0x44
#define EXPANDER_DIRECTION 0x03 /* 1: output */
#define EXPANDER_OUTPUT 0x05
#define EXPANDER_HIGH_IMPEDANCE 0x07 /* 1: not driven */
#define EXPANDER_WIFI_POWER 0x01     /* P0 */

#define RADIO_START_MS 100

static esp_err_t change_bits(i2c_master_dev_handle_t device, uint8_t reg, uint8_t set, uint8_t clear)
{
    uint8_t value = 0;
    esp_err_t err = i2c_master_transmit_receive(device, &reg, 1, &value, 1, BUS_TIMEOUT_MS);
    if (err != ESP_OK)
        return err;
    const uint8_t write[2] = {reg, (uint8_t)((value | set) & ~clear)};
    return i2c_master_transmit(device, write, sizeof(write), BUS_TIMEOUT_MS);
}

static esp_err_t power_radio(i2c_master_bus_handle_t bus)
{
    const i2c_device_config_t config = {
        .dev_addr_length = I2C_ADDR_BIT_LEN_7, .device_address = EXPANDER_ADDRESS, .scl_speed_hz = BUS_HZ};
    i2c_master_dev_handle_t expander;
    esp_err_t err = i2c_master_bus_add_device(bus, &config, &expander);
    if (err != ESP_OK)
        return err;
    err = change_bits(expander, EXPANDER_OUTPUT, EXPANDER_WIFI_POWER, 0);
    if (err == ESP_OK)
        err = change_bits(expander, EXPANDER_DIRECTION, EXPANDER_WIFI_POWER, 0);
    if (err == ESP_OK)
        err = change_bits(expander, EXPANDER_HIGH_IMPEDANCE, 0, EXPANDER_WIFI_POWER);
    i2c_master_bus_rm_device(expander);
    return err;
}

/** Leaves the bus as it found it: the product's own code opens it for display and touch. */
esp_err_t board_start(void)
{
    const i2c_master_bus_config_t config = {.i2c_port = 0,
                                            .sda_io_num = BUS_SDA,
                                            .scl_io_num = BUS_SCL,
                                            .clk_source = I2C_CLK_SRC_DEFAULT,
                                            .glitch_ignore_cnt = 7,
                                            .flags.enable_internal_pullup = true};
    i2c_master_bus_handle_t bus;
    esp_err_t err = i2c_new_master_bus(&config, &bus);
    if (err != ESP_OK)
        return err;
    err = power_radio(bus);
    i2c_del_master_bus(bus);
    vTaskDelay(pdMS_TO_TICKS(RADIO_START_MS));
    return err;
}
