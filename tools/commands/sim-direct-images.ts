import { join } from 'node:path';
import type { FleetImages } from '../../simulator/scenario/direct-update/types.ts';
import { type BuildOptions, packageRoot } from '../firmware/index.ts';
import type { StoryDisplay } from './sim-display.ts';
import { buildImages } from './sim-images.ts';

/** Of the fleet: what the server offers firmware for. */
export const DEVICE_TYPE = 'scales';
/** Seconds between two checks. A day is the client's default; an hour shows the same in less virtual time. */
export const CHECK_INTERVAL = 3600;

const APP = 'firmware-c';
const BAD = 'test/fixtures/idf/scales_bad';
/** Project folder, version and options of each image of the story. */
const PLAN: Record<keyof FleetImages, [folder: string, version: string, option?: string]> = {
  first: [APP, '1.0.0'],
  second: [APP, '2.0.0'],
  third: [APP, '3.0.0'],
  beta: [APP, '3.1.0-beta.1'],
  crash: [BAD, '3.2.0', 'BAD_CRASH'],
  hang: [BAD, '3.2.1', 'BAD_HANG'],
  mute: [BAD, '3.2.2', 'BAD_MUTE'],
  last: [APP, '3.3.0'],
};

/** Compiles the projects (what is cached by content is taken from there). @throws Error with the compiler's diagnostics */
export function buildFleetImages(display: StoryDisplay, signal: AbortSignal): Promise<FleetImages> {
  const root = packageRoot();
  const plan = Object.entries(PLAN).map(
    ([key, [folder, version, option]]): [string, BuildOptions] => [
      key,
      {
        sketch: join(root, folder),
        version,
        settings: {
          OTA_DEVICE_TYPE: DEVICE_TYPE,
          OTA_CHECK_INTERVAL_SEC: String(CHECK_INTERVAL),
          ...(option && { [option]: 'y' }),
        },
        halDir: join(root, 'simulator/hal'),
      },
    ],
  );
  return buildImages(
    Object.fromEntries(plan) as Record<keyof FleetImages, BuildOptions>,
    display,
    signal,
  );
}
