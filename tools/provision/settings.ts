import { utf8 } from '../formats/bytes.ts';
import { FormatError } from '../formats/errors.ts';
import { memoryFlash } from '../formats/flash-region.ts';
import { parseNvs } from '../formats/nvs/nvs-parse.ts';
import { openNvs } from '../formats/nvs/nvs-store.ts';

/** The NVS namespace that the C client and the gateway read. */
export const NAMESPACE = 'ota';

/** What a board is told of its server and its network. A key that is missing stays as it is on the board. */
export interface OtaSettings {
  /** 1 to 0xffffffff; on the server it names the device. */
  device_id?: number;
  /** The device's own token, for the device API. */
  token?: string;
  /** `http://host:port` or https, without a path. */
  server?: string;
  wifi_ssid?: string;
  wifi_pass?: string;
  /** The gateway's key, for the mesh API. */
  api_key?: string;
}

export type SettingKey = keyof OtaSettings;
export const SETTING_KEYS = [
  'device_id',
  'token',
  'server',
  'wifi_ssid',
  'wifi_pass',
  'api_key',
] as const satisfies readonly SettingKey[];
/** Never printed. */
export const SECRETS: readonly SettingKey[] = ['token', 'wifi_pass', 'api_key'];

/** IEEE 802.11 and WPA2. */
const SSID_MAX = 32;
const PASS_MIN = 8;
const PASS_MAX = 63;
/** What nvs_set_str takes, its NUL included. */
const STRING_MAX = 4000;

/** @throws Error a sentence that names the key, for a value that no board could use */
export function checkSettings(settings: OtaSettings): void {
  for (const key of Object.keys(settings)) {
    if (!(SETTING_KEYS as readonly string[]).includes(key)) {
      throw new Error(`there is no setting "${key}": ${SETTING_KEYS.join(', ')}`);
    }
  }
  for (const key of SETTING_KEYS) {
    const value = settings[key];
    if (value === undefined) continue;
    const wrong = typeof value === 'number' ? wrongNumber(key, value) : wrongText(key, value);
    if (wrong) throw new Error(`${key}: ${wrong}`);
  }
}

function wrongNumber(key: SettingKey, value: number): string | undefined {
  if (key !== 'device_id') return 'it is text, not a number';
  const good = Number.isInteger(value) && value >= 1 && value <= 0xffffffff;
  return good ? undefined : 'give a whole number from 1 to 4294967295';
}

function wrongText(key: SettingKey, value: string): string | undefined {
  if (key === 'device_id') return 'give a whole number from 1 to 4294967295';
  const { length } = utf8(value);
  if (value.includes('\0')) return 'a NUL ends it early';
  if (key === 'wifi_ssid' && (length < 1 || length > SSID_MAX)) {
    return `a network's name has 1 to ${SSID_MAX} bytes; these are ${length}`;
  }
  if (key === 'wifi_pass' && length !== 0 && (length < PASS_MIN || length > PASS_MAX)) {
    return `a password has ${PASS_MIN} to ${PASS_MAX} bytes, or none for an open network; these are ${length}`;
  }
  if (length >= STRING_MAX) return `NVS keeps up to ${STRING_MAX - 1} bytes; these are ${length}`;
  if (key === 'server') return wrongServer(value);
  // These travel in a header.
  return /^[\x20-\x7e]*$/.test(value) || key.startsWith('wifi')
    ? undefined
    : 'only printable ASCII can be sent';
}

function wrongServer(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    return `"${value}" is no address such as http://192.168.1.10:8000`;
  }
  return undefined;
}

/**
 * An NVS partition with these settings in it, every other key and namespace as before.
 * @param bytes the whole partition; erased flash is an empty one
 * @param unset keys that are to go
 * @throws FormatError `nvs-foreign` for what holds no NVS, ESP_ERR_NVS_NOT_ENOUGH_SPACE; Error by checkSettings
 */
export function writeSettings(
  bytes: Uint8Array,
  settings: OtaSettings,
  unset: readonly SettingKey[] = [],
): Uint8Array {
  checkSettings(settings);
  const region = memoryFlash(bytes);
  const store = openNvs(region);
  for (const key of unset) {
    if (store.typeOf(NAMESPACE, key) !== undefined) store.eraseKey(NAMESPACE, key);
  }
  for (const key of SETTING_KEYS) {
    const value = settings[key];
    if (value !== undefined)
      store.set(NAMESPACE, key, typeof value === 'number' ? 'u32' : 'str', value);
  }
  store.commit();
  return region.bytes;
}

/** The settings that an NVS partition holds; keys of a wrong type, which firmware would not read, are missing. */
export function readSettings(bytes: Uint8Array): OtaSettings {
  const store = openNvs(memoryFlash(bytes));
  const found: Record<string, string | number> = {};
  for (const key of SETTING_KEYS) {
    const type = key === 'device_id' ? 'u32' : 'str';
    if (store.typeOf(NAMESPACE, key) === type) found[key] = store.get(NAMESPACE, key, type);
  }
  return found as OtaSettings;
}

/**
 * Most of what is there must be NVS: else a file was named by mistake, a partition table is lost, or the partition is encrypted,
 * and mounting would erase it.
 * @param what the bytes are, for the message
 * @throws FormatError `nvs-foreign`
 */
export function checkHoldsNvs(bytes: Uint8Array, what: string, hint: string): void {
  const { pages } = parseNvs(bytes);
  const foreign = pages.filter(({ status }) => status === 'corrupt').length;
  const used = pages.filter(({ status }) => status !== 'corrupt' && status !== 'empty').length;
  if (foreign <= used) return;
  const message = `${what} has ${foreign} pages that are none of NVS, and would be lost`;
  throw new FormatError('nvs-foreign', message, { hint });
}
