import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable } from '../../simulator/report/table.ts';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { firmware } from '../support/bench.ts';
import { measureUpdate } from './mesh/update.ts';
import { imageOfSize } from './sim/image-sizes.ts';
import { type SizeFigures, writePictures } from './sim/pictures.ts';
import type { FleetFigures, ImageFiles, Phase } from './sim/plan.ts';
import { realUpdate } from './sim/real-mesh.ts';
import { progressOn, runFleet } from './sim/run-fleet.ts';

const NODES = ['10', '50', '100'];
const IMAGE_KB = [512, 1024, 1536];
const SIZE_NODES = 10;
const REAL_NODES = 4;

interface Settings {
  seed: string;
  cpuLimit: number;
}

/**
 * How much faster than the wall clock the simulator runs: `npm run bench sim [-- NODES…] [--seed S] [--cpu SECONDS] [--svg FOLDER]
 * [--only fleets,sizes,real]`. Fleets of 10, 50 and 100 nodes, or those that are named: they form, live with their heartbeats, take an
 * update; then updates with larger and larger images; then the same update by nodes over TCP in real time. A phase ends after so many
 * seconds of CPU time (300), done or not. Pictures go into the folder. Asserts nothing.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: 'bench' },
      cpu: { type: 'string', default: '300' },
      svg: { type: 'string' },
      only: { type: 'string', default: 'fleets,sizes,real' },
    },
  });
  const nodes = (positionals.length > 0 ? positionals : NODES).map((text) => wholeNumber(text));
  const settings = { seed: values.seed, cpuLimit: wholeNumber(values.cpu) };
  const parts = new Set(values.only.split(','));
  const folder = mkdtempSync(join(tmpdir(), 'sim-bench-'));
  try {
    const images = await buildImages(folder);
    const fleets = parts.has('fleets') ? await benchFleets(nodes, images.files, settings) : [];
    const sizes = parts.has('sizes') ? await benchSizes(folder, images, settings) : [];
    if (parts.has('real')) await benchReal(images.bytes, settings.seed);
    console.log(`seed ${settings.seed}`);
    const pictures = writePictures(values.svg ?? join(tmpdir(), 'sim-bench'), fleets, sizes);
    for (const picture of pictures) console.log(`wrote ${picture}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`a number of nodes or seconds is whole and above 0, not ${text}`);
  }
  return value;
}

interface Images {
  bytes: Record<keyof ImageFiles, Uint8Array>;
  files: ImageFiles;
}

async function buildImages(folder: string): Promise<Images> {
  const image = async (name: string, version?: string) => (await firmware(name, version)).image;
  const bytes = {
    gateway: await image('mesh_gateway'),
    pir: await image('mesh_shared_state_pir'),
    led: await image('mesh_shared_state_led'),
    update: await image('mesh_shared_state_pir', '1.1.0'),
  };
  closeCompilers();
  const files = Object.entries(bytes).map(([name, content]) => {
    const path = join(folder, `${name}.bin`);
    writeFileSync(path, content);
    return [name, path] as const;
  });
  return { bytes, files: Object.fromEntries(files) as unknown as ImageFiles };
}

async function benchFleets(
  sizes: readonly number[],
  images: ImageFiles,
  settings: Settings,
): Promise<FleetFigures[]> {
  const progress = progressOn(process.stderr);
  const fleets: FleetFigures[] = [];
  for (const nodes of sizes) {
    const fleet = await runFleet({ nodes, images, ...settings }, `${nodes} nodes`, progress);
    fleets.push(fleet);
    // A thousand nodes take long: whoever stops then has seen the others.
    console.error(`${nodes} nodes: ${fleet.phases.map(speedOf).join(', ')}`);
  }
  const rows = fleets.flatMap(({ nodes, phases, peakBytes }) =>
    phases.map((phase) => ({ nodes, peakBytes, ...phase })),
  );
  type Row = (typeof rows)[number];
  const columns = [
    { title: 'nodes', cell: (r: Row) => String(r.nodes), right: true },
    { title: 'what', cell: (r: Row) => (r.cut ? `${r.what} (${r.cut})` : r.what) },
    ...phaseColumns<Row>((r) => r),
    { title: 'peak MB', cell: (r: Row) => (r.peakBytes / 2 ** 20).toFixed(0), right: true },
  ];
  console.log(`${formatTable(columns, rows).join('\n')}\n`);
  return fleets;
}

function speedOf({ what, virtualSeconds, cpuSeconds }: Phase): string {
  return `${what} ${(virtualSeconds / cpuSeconds).toFixed(1)}×`;
}

async function benchSizes(
  folder: string,
  { bytes, files }: Images,
  settings: Settings,
): Promise<SizeFigures[]> {
  const progress = progressOn(process.stderr);
  const rows: SizeFigures[] = [];
  const larger = IMAGE_KB.map((kb) => imageOfSize(bytes.update, kb * 1024));
  for (const image of [bytes.update, ...larger]) {
    const update = join(folder, `update-${image.length}.bin`);
    writeFileSync(update, image);
    const plan = { nodes: SIZE_NODES, images: { ...files, update }, ...settings, onlyUpdate: true };
    const title = `${Math.round(image.length / 1024)} KB`;
    const { phases } = await runFleet(plan, title, progress);
    rows.push({ imageBytes: image.length, phase: phases[0]! });
  }
  const columns = [
    {
      title: 'image KB',
      cell: (r: SizeFigures) => (r.imageBytes / 1024).toFixed(0),
      right: true,
    },
    {
      title: 'what',
      cell: ({ phase }: SizeFigures) =>
        `update of ${SIZE_NODES} nodes${phase.cut && ` (${phase.cut})`}`,
    },
    ...phaseColumns<SizeFigures>(({ phase }) => phase),
  ];
  console.log(`${formatTable(columns, rows).join('\n')}\n`);
  return rows;
}

/** A gateway and four nodes in a row take the update: virtual boards with firmware and radios, and the engine over TCP. */
async function benchReal(images: Images['bytes'], seed: string): Promise<void> {
  const { virtualSeconds, wallSeconds } = await measureUpdate({
    layout: 'line',
    nodes: REAL_NODES,
    images,
    seed,
  });
  const real = await realUpdate(images.update, REAL_NODES);
  const rows = [
    { what: 'virtual boards', seconds: virtualSeconds, wall: wallSeconds },
    { what: 'nodes over TCP, in real time', seconds: real.seconds, wall: real.seconds },
  ];
  type Row = (typeof rows)[number];
  const columns = [
    { title: `update of ${REAL_NODES} nodes in a row`, cell: (r: Row) => r.what },
    { title: 'its time s', cell: (r: Row) => r.seconds.toFixed(2), right: true },
    { title: 'wall s', cell: (r: Row) => r.wall.toFixed(2), right: true },
    { title: 'ratio', cell: (r: Row) => `${(r.seconds / r.wall).toFixed(0)}×`, right: true },
  ];
  console.log(formatTable(columns, rows).join('\n'));
  const speed = virtualSeconds / wallSeconds;
  console.log(
    `virtual ÷ real: ${speed.toFixed(0)}; wall time of the nodes over TCP ÷ that of virtual boards: ${(real.seconds / wallSeconds).toFixed(2)}\n`,
  );
}

function phaseColumns<R>(phaseOf: (row: R) => Phase) {
  const column = (title: string, text: (phase: Phase) => string) => ({
    title,
    cell: (row: R) => text(phaseOf(row)),
    right: true,
  });
  return [
    column('virtual s', (p) => p.virtualSeconds.toFixed(0)),
    column('wall s', (p) => p.wallSeconds.toFixed(1)),
    column('virtual/wall', (p) => `${(p.virtualSeconds / p.wallSeconds).toFixed(1)}×`),
    column('virtual/CPU', (p) => `${(p.virtualSeconds / p.cpuSeconds).toFixed(1)}×`),
    column('events', (p) => String(p.events)),
  ];
}
