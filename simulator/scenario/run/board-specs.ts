import { mintToken } from '../../../mock-server/index.ts';
import { realChipId } from '../../../tools/formats/chips.ts';
import { parseImage, parseImageHeader } from '../../../tools/formats/esp-image.ts';
import { CHIP_MODELS, type ChipModel, ESP32 } from '../../board/chip-model.ts';
import { remembered } from '../../board/known-bytes.ts';
import { parseBytes, parseDuration } from '../language/quantities.ts';
import type { PlannedBoard, Scenario } from '../language/scenario.ts';
import { secretOf } from '../secret.ts';
import type { BoardSettings } from '../settings.ts';
import { type BoardSpec, EPOCH_MS, ROUTER, SECOND } from '../world.ts';
import { type ScenarioImages, tableName } from './firmware.ts';
import { updatesDirectly } from './image-facts.ts';
import { hearsRouter } from './topology.ts';

/** Boards without a number of their own report under one from here on. */
const FIRST_NUMBER = 1001;

export interface SpecOptions {
  scenario: Scenario;
  images: ScenarioImages;
  seed: string;
  gatewayKey: string;
  jwtSecret: string;
}

/** Once for each image, however many runs begin with it: parsing hashes it. */
const parsed = remembered(parseImage);

/**
 * Looks whether boards can be flashed with what they are to begin with. What the server publishes may be anything.
 * @throws RangeError that names the board and what is wrong with its image
 */
export function checkFirmware({ file }: Scenario, images: ScenarioImages): void {
  for (const { name } of file.boards) {
    try {
      parsed(images.get(`${name}:first`)!);
    } catch (error) {
      throw new RangeError(`${name} cannot be flashed with its image: ${(error as Error).message}`);
    }
  }
}

/**
 * The numbers under which boards that update directly report to the server, by board.
 * @throws RangeError when two have the same
 */
export function deviceNumbers(scenario: Scenario, images: ScenarioImages): Map<string, number> {
  const numbers = new Map<string, number>();
  scenario.boards.forEach(({ name, entry, number }, i) => {
    if (!updatesDirectly(entry, images.get(`${entry.name}:first`)!)) return;
    const first = entry.settings?.device_id;
    const own = first === undefined ? FIRST_NUMBER + i : first + number;
    const taken = [...numbers].find(([, other]) => other === own)?.[0];
    if (taken !== undefined)
      throw new RangeError(`${name} and ${taken} both have device_id ${own}`);
    numbers.set(name, own);
  });
  return numbers;
}

/** What boards are made of: chip, flash, firmware, and what provisioning wrote into NVS. */
export async function boardSpecs(
  options: SpecOptions,
  numbers: ReadonlyMap<string, number>,
): Promise<BoardSpec[]> {
  const { scenario, images } = options;
  const specs = scenario.boards.map(async (board): Promise<BoardSpec> => {
    const { entry, name } = board;
    const image = images.get(`${entry.name}:first`)!;
    const settings = await settingsOf(board, numbers.get(name), options);
    return {
      name,
      image,
      chip: chipOf(image, entry.flash),
      partitionTable: images.get(tableName(entry)),
      settings: Object.keys(settings).length > 0 ? settings : undefined,
      rollback: entry.rollback,
      antiRollback: entry.anti_rollback,
      secureVersion: entry.secure_version,
      heapBytes: entry.heap === undefined ? undefined : parseBytes(entry.heap),
    };
  });
  return Promise.all(specs);
}

/** The chip that an image is for, with that much flash. An image for none that can be simulated lands on an ESP32. */
export function chipOf(image: Uint8Array, flash?: string): ChipModel {
  const id = realChipId(parseImageHeader(image).chipId);
  const chip = CHIP_MODELS.find((model) => model.id === id) ?? ESP32;
  return flash === undefined ? chip : { ...chip, flashBytes: parseBytes(flash)! };
}

async function settingsOf(
  board: PlannedBoard,
  number: number | undefined,
  { scenario, images, seed, gatewayKey, jwtSecret }: SpecOptions,
): Promise<BoardSettings> {
  const { settings } = board.entry;
  if (!hearsRouter(board, images)) return { ...settings };
  const wifi = { wifi_ssid: ROUTER.ssid, wifi_pass: ROUTER.password };
  const { certificate, token_life } = scenario.file.server;
  if (number === undefined) {
    return { server: 'http://ota.test', ...wifi, api_key: gatewayKey, ...settings };
  }
  const token = await mintToken(jwtSecret, {
    role: 'device',
    id: number,
    ...(token_life && { ttl: parseDuration(token_life)! / SECOND }),
    now: EPOCH_MS / 1000,
    jti: secretOf(seed, `token of ${board.name}`).slice(0, 32),
  });
  const server = certificate ? 'https://ota.test' : 'http://ota.test';
  return { server, ...wifi, token, ...settings, device_id: number };
}
