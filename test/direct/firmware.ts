import { readFileSync } from 'node:fs';
import { type BuildResult, buildFirmware } from '../../tools/firmware/index.ts';
import { tableOfCsv } from '../../tools/formats/table-of-csv.ts';
import { HAL, ROOT } from '../support/bench.ts';

export const DEVICE_TYPE = 'scales';
/** Seconds between two checks, and milliseconds of silence that the client bears: short, so that a test's hours are few. */
export const CHECK_INTERVAL_S = 60;
export const REQUEST_TIMEOUT_MS = 5_000;

/** firmware-c as small as it gets: no log below warnings in the code, so that every flash operation of an update can be tried. */
export const SMALL_CLIENT = {
  OTA_DEVICE_TYPE: DEVICE_TYPE,
  OTA_CHECK_INTERVAL_SEC: String(CHECK_INTERVAL_S),
  OTA_REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
  LOG_DEFAULT_LEVEL_WARN: 'y',
};

const built = new Map<string, Promise<BuildResult>>();

/** The C client's application at a version; the same one is built once in a process. */
export function clientFirmware(
  version: string,
  settings: Record<string, string> = {},
  project = 'firmware-c',
): Promise<BuildResult> {
  const key = JSON.stringify([version, settings, project]);
  let result = built.get(key);
  if (!result) {
    result = buildFirmware({
      sketch: `${ROOT}${project}`,
      version,
      settings: { ...SMALL_CLIENT, ...settings },
      halDir: HAL,
    });
    built.set(key, result);
  }
  return result;
}

/** firmware-c's. */
export function clientPartitionTable(): Uint8Array {
  const csv = readFileSync(`${ROOT}firmware-c/partitions.csv`, 'utf8');
  return tableOfCsv(csv);
}
