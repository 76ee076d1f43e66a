import { join } from 'node:path';
import { createOtaServer, mintToken } from '../../mock-server/index.ts';
import {
  formatFleetReport,
  formatSideBySide,
  tellingLines,
} from '../../simulator/report/direct-update.ts';
import type { LogLine } from '../../simulator/scenario/direct-update/logbook.ts';
import { runDirectUpdate } from '../../simulator/scenario/direct-update/story.ts';
import type {
  FleetDevice,
  FleetOptions,
  FleetReport,
} from '../../simulator/scenario/direct-update/types.ts';
import { secretOf } from '../../simulator/scenario/secret.ts';
import { createDeviceClient } from '../client/index.ts';
import { packageRoot } from '../firmware/index.ts';
import { buildFleetImages, CHECK_INTERVAL, DEVICE_TYPE } from './sim-direct-images.ts';
import type { StoryDisplay } from './sim-display.ts';
import { outputOf, watchStory } from './sim-story.ts';
import { colorsFor } from './support/page.ts';
import { partitionTableFrom } from './support/partition-table.ts';

interface Flags {
  seed: string;
  devices: number;
  log?: string;
  lines: number;
  json?: boolean;
}

const FIRST_ID = 1001;
/** Virtual seconds between two lines of progress where there is no terminal: the story takes most of a day. */
const PLAIN_EVERY_S = 6 * 3600;
/** Of a side-by-side log where the terminal does not say. */
const WIDTH = 132;

export async function simulateDirectUpdate(flags: Flags): Promise<void> {
  const output = outputOf(flags);
  const devices = await fleetOf(flags);
  const witness = flags.log ?? devices[0]!.name;
  if (!devices.some(({ name }) => name === witness))
    throw new Error(
      `there is no device ${witness}: give one of ${devices.map((d) => d.name).join(', ')}`,
    );
  await watchStory({
    json: flags.json,
    plainEvery: PLAIN_EVERY_S,
    build: buildFleetImages,
    tell: (images, display, signal) =>
      withServer(flags, (parts) =>
        runDirectUpdate({
          seed: flags.seed,
          devices,
          deviceType: DEVICE_TYPE,
          checkInterval: CHECK_INTERVAL,
          images,
          partitionTable: partitionTable(),
          ...parts,
          signal,
          onProgress: (progress) => display.show(progress),
          onLog: (lines) => showLog(display, output, lines, witness, flags.lines),
          breathe: () => new Promise((resolve) => setImmediate(resolve)),
        }),
      ),
    lines: formatFleetReport,
  });
}

function fleetOf({ seed, devices }: Flags): Promise<FleetDevice[]> {
  return Promise.all(
    Array.from({ length: devices }, async (_, i) => {
      const id = FIRST_ID + i;
      const jti = secretOf(seed, `token of ${id}`).slice(0, 32);
      const token = await mintToken(secretOf(seed, 'jwt'), { role: 'device', id, jti, now: 0 });
      return { id, name: `${DEVICE_TYPE}-${String(i + 1).padStart(2, '0')}`, token };
    }),
  );
}

type ServerParts = Pick<FleetOptions, 'server' | 'client' | 'onWorld'>;

/** A server in memory, with credentials of the seed and the world's clock. */
async function withServer(
  { seed }: Flags,
  run: (parts: ServerParts) => Promise<FleetReport>,
): Promise<FleetReport> {
  let clock = { now: () => 0 };
  const adminToken = secretOf(seed, 'admin');
  const server = await createOtaServer({
    clock: { now: () => clock.now() },
    auth: { adminToken, jwtSecret: secretOf(seed, 'jwt') },
  });
  try {
    const client = createDeviceClient({
      baseUrl: 'http://ota.test',
      adminToken,
      fetch: (request) => server.fetch(request),
    });
    const onWorld = (world: { now(): number }) => {
      clock = world;
    };
    return await run({ server, client, onWorld });
  } finally {
    await server.close();
  }
}

function partitionTable(): Uint8Array {
  return partitionTableFrom(join(packageRoot(), 'firmware-c', 'partitions.csv'));
}

function showLog(
  display: StoryDisplay,
  output: NodeJS.WriteStream,
  lines: readonly LogLine[],
  witness: string,
  most: number,
): void {
  if (most === 0) return;
  const { dim, bold } = colorsFor(output);
  const width = Math.min(output.columns ?? WIDTH, 180);
  const own = tellingLines(lines, witness);
  display.line(
    `  ${bold(`${witness}: what the server saw`)} ${dim('│')} ${bold('what the device said')}`,
  );
  for (const line of formatSideBySide(own, { width, lines: most, dim })) display.line(line);
}
