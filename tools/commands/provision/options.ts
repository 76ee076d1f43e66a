import {
  checkSettings,
  type OtaSettings,
  SECRETS,
  SETTING_KEYS,
  type SettingKey,
} from '../../provision/index.ts';
import type { SourceFlags } from '../nvs/source.ts';
import { readInput } from '../support/input.ts';
import type { Row } from '../support/page.ts';
import { printable } from '../support/text.ts';

export interface ProvisionFlags extends SourceFlags {
  port?: string;
  baud: string;
  file?: string;
  output?: string;
  deviceId?: string;
  token?: string;
  server?: string;
  wifi?: string;
  wifiPass?: string;
  apiKey?: string;
  settings?: string;
  unset?: string;
  erase?: boolean;
  json?: boolean;
}

/** What is to be changed. */
export interface ProvisionWork {
  settings: OtaSettings;
  unset: SettingKey[];
}

const SETTINGS_MAX = 64 * 1024;

/** @throws Error a sentence on what is missing or cannot be */
export async function settingsOf(flags: ProvisionFlags): Promise<ProvisionWork> {
  const given: OtaSettings = {
    ...(flags.settings === undefined ? {} : await readSettingsFile(flags.settings)),
    ...(flags.deviceId !== undefined && { device_id: numberOf(flags.deviceId) }),
    ...(flags.token !== undefined && { token: await textOf(flags.token) }),
    ...(flags.server !== undefined && { server: flags.server }),
    ...(flags.wifi !== undefined && { wifi_ssid: flags.wifi }),
    ...(flags.wifiPass !== undefined && { wifi_pass: await textOf(flags.wifiPass) }),
    ...(flags.apiKey !== undefined && { api_key: await textOf(flags.apiKey) }),
  };
  checkSettings(given);
  const unset = (flags.unset ?? '').split(',').filter(Boolean).map(keyOf);
  const both = unset.find((key) => given[key] !== undefined);
  if (both) throw new Error(`${both} is given, and named by --unset as well`);
  if (Object.keys(given).length === 0 && unset.length === 0 && !flags.erase) {
    throw new Error(
      'nothing to write: give --device-id, --token, --server, --wifi, --api-key or --settings',
    );
  }
  return { settings: given, unset };
}

/** Rows for people: a secret is told by its length alone. */
export function describeSettings(settings: OtaSettings): Row[] {
  return SETTING_KEYS.map((key) => {
    const value = settings[key];
    if (value === undefined) return [key, 'not set'];
    if (SECRETS.includes(key)) return [key, `set, ${String(value).length} characters`];
    return [key, printable(String(value))];
  });
}

/** For programs: as above, `true` where a secret is set. */
export function publicSettings(settings: OtaSettings): Record<string, unknown> {
  return Object.fromEntries(
    SETTING_KEYS.filter((key) => settings[key] !== undefined).map((key) => [
      key,
      SECRETS.includes(key) ? true : settings[key],
    ]),
  );
}

async function readSettingsFile(file: string): Promise<OtaSettings> {
  const text = new TextDecoder().decode(await readInput(file, SETTINGS_MAX));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${file} must hold a JSON object with the settings`);
  }
  return value as OtaSettings;
}

/** The value itself, or with @ the first line of a file. */
async function textOf(word: string): Promise<string> {
  if (!word.startsWith('@')) return word;
  const text = new TextDecoder().decode(await readInput(word.slice(1), SETTINGS_MAX));
  return text.split(/\r?\n/, 1)[0]!;
}

function numberOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function keyOf(word: string): SettingKey {
  const key = SETTING_KEYS.find((one) => one === word.trim());
  if (!key) throw new Error(`there is no setting "${word}": ${SETTING_KEYS.join(', ')}`);
  return key;
}
