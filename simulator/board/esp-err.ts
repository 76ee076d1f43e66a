/** esp_err_t, as esp_err.h, esp_ota_ops.h and nvs.h number them. */
export const ESP = {
  OK: 0,
  FAIL: -1,
  ERR_NO_MEM: 0x101,
  ERR_INVALID_ARG: 0x102,
  ERR_INVALID_STATE: 0x103,
  ERR_INVALID_SIZE: 0x104,
  ERR_NOT_FOUND: 0x105,
  ERR_NOT_SUPPORTED: 0x106,
  ERR_OTA_PARTITION_CONFLICT: 0x1501,
  ERR_OTA_SELECT_INFO_INVALID: 0x1502,
  ERR_OTA_VALIDATE_FAILED: 0x1503,
  ERR_OTA_SMALL_SEC_VER: 0x1504,
  ERR_OTA_ROLLBACK_FAILED: 0x1505,
  ERR_OTA_ROLLBACK_INVALID_STATE: 0x1506,
} as const;

export type EspError = (typeof ESP)[keyof typeof ESP];

/** nvs.h, ESP_ERR_NVS_BASE 0x1100. */
const NVS_NAMES = [
  'ESP_ERR_NVS_BASE',
  'ESP_ERR_NVS_NOT_INITIALIZED',
  'ESP_ERR_NVS_NOT_FOUND',
  'ESP_ERR_NVS_TYPE_MISMATCH',
  'ESP_ERR_NVS_READ_ONLY',
  'ESP_ERR_NVS_NOT_ENOUGH_SPACE',
  'ESP_ERR_NVS_INVALID_NAME',
  'ESP_ERR_NVS_INVALID_HANDLE',
  'ESP_ERR_NVS_REMOVE_FAILED',
  'ESP_ERR_NVS_KEY_TOO_LONG',
  'ESP_ERR_NVS_PAGE_FULL',
  'ESP_ERR_NVS_INVALID_STATE',
  'ESP_ERR_NVS_INVALID_LENGTH',
  'ESP_ERR_NVS_NO_FREE_PAGES',
  'ESP_ERR_NVS_VALUE_TOO_LONG',
  'ESP_ERR_NVS_PART_NOT_FOUND',
  'ESP_ERR_NVS_NEW_VERSION_FOUND',
];

/** The number of an error that tools/formats/nvs names; ESP_FAIL for a name it does not know. */
export function nvsError(name: string): number {
  const index = NVS_NAMES.indexOf(name);
  return index < 0 ? ESP.FAIL : 0x1100 + index;
}
