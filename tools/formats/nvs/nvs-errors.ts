import { FormatError } from '../errors.ts';

/** `esp_err_t` numbers by the names that FormatError.code carries (nvs.h, esp_err.h). */
export const NVS_ERROR = {
  ESP_ERR_INVALID_ARG: 0x102,
  ESP_ERR_NVS_BASE: 0x1100,
  ESP_ERR_NVS_NOT_INITIALIZED: 0x1101,
  ESP_ERR_NVS_NOT_FOUND: 0x1102,
  ESP_ERR_NVS_TYPE_MISMATCH: 0x1103,
  ESP_ERR_NVS_READ_ONLY: 0x1104,
  ESP_ERR_NVS_NOT_ENOUGH_SPACE: 0x1105,
  ESP_ERR_NVS_INVALID_NAME: 0x1106,
  ESP_ERR_NVS_INVALID_HANDLE: 0x1107,
  ESP_ERR_NVS_REMOVE_FAILED: 0x1108,
  ESP_ERR_NVS_KEY_TOO_LONG: 0x1109,
  ESP_ERR_NVS_PAGE_FULL: 0x110a,
  ESP_ERR_NVS_INVALID_STATE: 0x110b,
  ESP_ERR_NVS_INVALID_LENGTH: 0x110c,
  ESP_ERR_NVS_NO_FREE_PAGES: 0x110d,
  ESP_ERR_NVS_VALUE_TOO_LONG: 0x110e,
  ESP_ERR_NVS_PART_NOT_FOUND: 0x110f,
  ESP_ERR_NVS_NEW_VERSION_FOUND: 0x1110,
} as const;

export type NvsErrorName = keyof typeof NVS_ERROR;

/** The `esp_err_t` of an error that the store threw; undefined for a code that is no name of nvs.h. */
export function nvsErrorNumber(code: string): number | undefined {
  return Object.hasOwn(NVS_ERROR, code) ? NVS_ERROR[code as NvsErrorName] : undefined;
}

export function nvsError(
  name: NvsErrorName,
  message: string,
  where: { offset?: number; hint?: string } = {},
): FormatError {
  return new FormatError(name, message, where);
}
