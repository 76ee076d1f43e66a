#include "board.h"

esp_err_t board_start(void)
{
    return ESP_OK;
}
