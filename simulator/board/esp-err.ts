import { nvsErrorNumber } from '../../tools/formats/nvs/nvs-errors.ts';

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

/** The number of an error that tools/formats/nvs names; ESP_FAIL for a name it does not know. */
export function nvsError(name: string): number {
  return nvsErrorNumber(name) ?? ESP.FAIL;
}
