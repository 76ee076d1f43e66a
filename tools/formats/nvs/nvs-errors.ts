import { FormatError } from '../errors.ts';

/** `esp_err_t` numbers by the names that FormatError.code carries (nvs.h, esp_err.h). */
export const NVS_ERROR = {
  ESP_ERR_INVALID_ARG: 0x102,
  ESP_ERR_NVS_NOT_FOUND: 0x1102,
  ESP_ERR_NVS_NOT_ENOUGH_SPACE: 0x1105,
  ESP_ERR_NVS_INVALID_NAME: 0x1106,
  ESP_ERR_NVS_KEY_TOO_LONG: 0x1109,
  ESP_ERR_NVS_INVALID_STATE: 0x110b,
  ESP_ERR_NVS_NO_FREE_PAGES: 0x110d,
  ESP_ERR_NVS_VALUE_TOO_LONG: 0x110e,
  ESP_ERR_NVS_NEW_VERSION_FOUND: 0x1110,
} as const;

export type NvsErrorName = keyof typeof NVS_ERROR;

export function nvsError(name: NvsErrorName, message: string, hint?: string): FormatError {
  return new FormatError(name, message, { hint });
}
