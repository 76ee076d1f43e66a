/**
 * ESP-IDF's own options as far as the HAL and projects ask for them, with the defaults of ESP-IDF 5.5 for an ESP32
 * (the Kconfig files of its components). An option that is not here and stands in a project's sdkconfig.defaults is taken as it is
 * given.
 */
export const IDF_KCONFIG = `
config IDF_TARGET
    string
    default "esp32"
config IDF_TARGET_ESP32
    def_bool y
config IDF_TARGET_ARCH_XTENSA
    def_bool y
config IDF_FIRMWARE_CHIP_ID
    hex
    default 0x0000
config SOC_WIFI_SUPPORTED
    def_bool y
config ESP_WIFI_ENABLED
    def_bool y
config IDF_INIT_VERSION
    string
    default "5.5.0"

config APP_PROJECT_VER_FROM_CONFIG
    bool "Get the project version from Kconfig"
config APP_PROJECT_VER
    string "Project version"
    depends on APP_PROJECT_VER_FROM_CONFIG
    default "1"
config APP_REPRODUCIBLE_BUILD
    bool "Enable reproducible build"
config APP_COMPILE_TIME_DATE
    bool "Use time/date stamp for app"
    default y

config BOOTLOADER_APP_ROLLBACK_ENABLE
    bool "Enable app rollback support"
config APP_ROLLBACK_ENABLE
    def_bool y if BOOTLOADER_APP_ROLLBACK_ENABLE
config BOOTLOADER_APP_ANTI_ROLLBACK
    bool "Enable app anti-rollback support"
    depends on BOOTLOADER_APP_ROLLBACK_ENABLE
config APP_ANTI_ROLLBACK
    def_bool y if BOOTLOADER_APP_ANTI_ROLLBACK
config BOOTLOADER_APP_SECURE_VERSION
    int "eFuse secure version of app"
    depends on BOOTLOADER_APP_ANTI_ROLLBACK
    default 0
config APP_SECURE_VERSION
    int
    depends on BOOTLOADER_APP_ANTI_ROLLBACK
    default BOOTLOADER_APP_SECURE_VERSION
config BOOTLOADER_APP_SEC_VER_SIZE_EFUSE_FIELD
    int "Size of the efuse secure version field"
    depends on BOOTLOADER_APP_ANTI_ROLLBACK
    default 32
config BOOTLOADER_WDT_ENABLE
    bool "Use RTC watchdog in start code"
    default y
config BOOTLOADER_WDT_TIME_MS
    int "Timeout for RTC watchdog (ms)"
    default 9000

config ESPTOOLPY_FLASHSIZE_2MB
    bool "2 MB"
config ESPTOOLPY_FLASHSIZE_4MB
    bool "4 MB"
    default y if !ESPTOOLPY_FLASHSIZE_2MB
config ESPTOOLPY_FLASHSIZE
    string
    default "2MB" if ESPTOOLPY_FLASHSIZE_2MB
    default "4MB"
config PARTITION_TABLE_SINGLE_APP
    bool "Single factory app, no OTA"
config PARTITION_TABLE_TWO_OTA
    bool "Factory app, two OTA definitions"
config PARTITION_TABLE_CUSTOM
    bool "Custom partition table CSV"
config PARTITION_TABLE_CUSTOM_FILENAME
    string "Custom partition CSV file"
    default "partitions.csv"
config PARTITION_TABLE_FILENAME
    string
    default PARTITION_TABLE_CUSTOM_FILENAME if PARTITION_TABLE_CUSTOM
    default "partitions_two_ota.csv" if PARTITION_TABLE_TWO_OTA
    default "partitions_singleapp.csv"
config PARTITION_TABLE_OFFSET
    hex "Offset of partition table"
    default 0x8000

config FREERTOS_HZ
    int "configTICK_RATE_HZ"
    range 1 1000
    default 100
config FREERTOS_UNICORE
    bool "Run FreeRTOS only on first core"
config FREERTOS_NUMBER_OF_CORES
    int
    default 1 if FREERTOS_UNICORE
    default 2
config FREERTOS_MAX_TASK_NAME_LEN
    int "configMAX_TASK_NAME_LEN"
    default 16
config FREERTOS_TIMER_TASK_PRIORITY
    int "configTIMER_TASK_PRIORITY"
    default 1
config FREERTOS_TIMER_TASK_STACK_DEPTH
    int "configTIMER_TASK_STACK_DEPTH"
    default 2048
config FREERTOS_TIMER_QUEUE_LENGTH
    int "configTIMER_QUEUE_LENGTH"
    default 10
config FREERTOS_TASK_NOTIFICATION_ARRAY_ENTRIES
    int "configTASK_NOTIFICATION_ARRAY_ENTRIES"
    default 1
config ESP_MAIN_TASK_STACK_SIZE
    int "Main task stack size"
    default 3584
config ESP_MAIN_TASK_AFFINITY
    hex
    default 0x0
config ESP_SYSTEM_EVENT_TASK_STACK_SIZE
    int "System event task stack size"
    default 2304
config ESP_SYSTEM_EVENT_QUEUE_SIZE
    int "System event queue size"
    default 32
config ESP_TIMER_TASK_STACK_SIZE
    int "High-resolution timer task stack size"
    default 3584
config ESP_DEFAULT_CPU_FREQ_MHZ
    int
    default 160
config ESP32_DEFAULT_CPU_FREQ_MHZ
    int
    default ESP_DEFAULT_CPU_FREQ_MHZ
config ESP_CONSOLE_UART_NUM
    int
    default 0
config ESP_CONSOLE_UART_BAUDRATE
    int "UART console baud rate"
    default 115200

config ESP_TASK_WDT_EN
    bool "Enable Task Watchdog Timer"
    default y
config ESP_TASK_WDT_INIT
    bool "Initialize Task Watchdog Timer on startup"
    depends on ESP_TASK_WDT_EN
    default y
config ESP_TASK_WDT_PANIC
    bool "Invoke panic handler on Task Watchdog timeout"
    depends on ESP_TASK_WDT_INIT
config ESP_TASK_WDT_TIMEOUT_S
    int "Task Watchdog timeout period (seconds)"
    depends on ESP_TASK_WDT_INIT
    range 1 60
    default 5
config ESP_TASK_WDT_CHECK_IDLE_TASK_CPU0
    bool "Watch CPU0 Idle Task"
    depends on ESP_TASK_WDT_INIT
    default y
config ESP_TASK_WDT_CHECK_IDLE_TASK_CPU1
    bool "Watch CPU1 Idle Task"
    depends on ESP_TASK_WDT_INIT && !FREERTOS_UNICORE
    default y

config LOG_DEFAULT_LEVEL_NONE
    bool "No output"
config LOG_DEFAULT_LEVEL_ERROR
    bool "Error"
config LOG_DEFAULT_LEVEL_WARN
    bool "Warning"
config LOG_DEFAULT_LEVEL_INFO
    bool "Info"
config LOG_DEFAULT_LEVEL_DEBUG
    bool "Debug"
config LOG_DEFAULT_LEVEL_VERBOSE
    bool "Verbose"
config LOG_DEFAULT_LEVEL
    int
    default 0 if LOG_DEFAULT_LEVEL_NONE
    default 1 if LOG_DEFAULT_LEVEL_ERROR
    default 2 if LOG_DEFAULT_LEVEL_WARN
    default 4 if LOG_DEFAULT_LEVEL_DEBUG
    default 5 if LOG_DEFAULT_LEVEL_VERBOSE
    default 3
config LOG_MAXIMUM_LEVEL_DEBUG
    bool "Debug"
config LOG_MAXIMUM_LEVEL_VERBOSE
    bool "Verbose"
config LOG_MAXIMUM_LEVEL
    int
    default 5 if LOG_MAXIMUM_LEVEL_VERBOSE || LOG_DEFAULT_LEVEL_VERBOSE
    default 4 if LOG_MAXIMUM_LEVEL_DEBUG || LOG_DEFAULT_LEVEL_DEBUG
    default LOG_DEFAULT_LEVEL
config LOG_COLORS
    bool "Use ANSI terminal colors in log output"

config LWIP_MAX_SOCKETS
    int "Max number of open sockets"
    default 10
config LWIP_SNTP_MAX_SERVERS
    int "Maximum number of NTP servers"
    default 1
config MBEDTLS_CERTIFICATE_BUNDLE
    bool "Enable trusted root certificate bundle"
    default y
config ESP_HTTP_CLIENT_ENABLE_HTTPS
    bool "Enable https"
    default y
config ESP_HTTPS_OTA_ALLOW_HTTP
    bool "Allow HTTP for OTA (WARNING: ONLY FOR TESTING PURPOSE, READ HELP)"
config ESP_TLS_INSECURE
    bool "Allow potentially insecure options"
config ESP_TLS_SKIP_SERVER_CERT_VERIFY
    bool "Skip server certificate verification by default"
    depends on ESP_TLS_INSECURE
config SECURE_SIGNED_APPS_NO_SECURE_BOOT
    bool "Require signed app images"
config SECURE_BOOT
    bool "Enable hardware Secure Boot in bootloader"
config NVS_ENCRYPTION
    bool "Enable NVS encryption"
`;
