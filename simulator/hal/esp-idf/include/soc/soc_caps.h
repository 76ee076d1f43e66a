#pragma once
#define SOC_GPIO_PIN_COUNT 40
#define SOC_CPU_CORES_NUM 2
#define SOC_WIFI_SUPPORTED 1
