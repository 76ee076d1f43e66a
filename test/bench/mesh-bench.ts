import { parseArgs } from 'node:util';
import { formatTable } from '../../simulator/report/table.ts';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { firmware } from '../support/bench.ts';
import { type FrameRate, frameRates } from './mesh/frames.ts';
import { LAYOUTS, type Layout } from './mesh/layouts.ts';
import { measureUpdate, type UpdateFigures } from './mesh/update.ts';

/** Bytes on the wire for a byte of the image on each hop with the stock library: base64 in JSON, and the request (PAINLESSMESH.md §7). */
const STOCK = 1.67;
const FRAME_SECONDS = 2;
const SEED = 1;

/**
 * The mesh: `npm run bench mesh [-- --quick] [--seed S] [--layout line,star,tree] [--nodes 10,50]`.
 * Frames per second through the engine; then every PIR node of a line, a star and a tree of 10 and 50 nodes takes an update, and
 * a tree of 200 at last, which takes longest. `--quick` stops after 10 nodes; `--layout` and `--nodes` choose. Asserts nothing.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(SEED) },
      layout: { type: 'string' },
      nodes: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed is a whole number, not ${values.seed}`);
  const plans = chosen(values);
  printFrames(frameRates(seed, FRAME_SECONDS));
  const images = {
    gateway: (await firmware('mesh_gateway')).image,
    pir: (await firmware('mesh_shared_state_pir')).image,
    update: (await firmware('mesh_shared_state_pir', '1.1.0')).image,
  };
  closeCompilers();
  const rows: UpdateFigures[] = [];
  for (const plan of plans) {
    // The long ones take many minutes: whoever waits wants to know for what.
    console.error(`a ${plan.layout} of ${plan.nodes} nodes takes an update …`);
    const progress = (minutes: number, parts: number, of: number) =>
      console.error(`  ${minutes.toFixed(0)} virtual min: ${parts} of ${of} parts`);
    const row = await measureUpdate({ ...plan, images, seed: String(seed), progress });
    rows.push(row);
    const { completed, others } = row.ends;
    console.error(`  ${row.status}: ${completed} of ${plan.nodes} nodes completed`);
    for (const other of others) console.error(`  ${other}`);
  }
  printUpdates(rows);
  console.log(`seed ${seed}`);
}

function chosen(values: { quick: boolean; layout?: string; nodes?: string }) {
  const layouts = values.layout?.split(',') ?? LAYOUTS;
  const unknown = layouts.filter((name) => !(LAYOUTS as string[]).includes(name));
  if (unknown.length > 0) throw new Error(`--layout is of ${LAYOUTS.join(', ')}, not ${unknown}`);
  const sizes = (values.nodes ?? (values.quick ? '10' : '10,50')).split(',').map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1)) {
    throw new Error(`--nodes is whole numbers from 1 on with commas between, not ${values.nodes}`);
  }
  const plans = sizes.flatMap((nodes) =>
    layouts.map((name) => ({ layout: name as Layout, nodes })),
  );
  const all = !values.quick && !values.layout && !values.nodes;
  return all ? [...plans, { layout: 'tree' as const, nodes: 200 }] : plans;
}

function printFrames(rows: FrameRate[]): void {
  const per = (count: (r: FrameRate) => number) => (r: FrameRate) =>
    Math.round(count(r) / r.seconds).toLocaleString('en');
  const columns = [
    { title: 'through one engine', cell: (r: FrameRate) => r.what },
    { title: 'frames/s in', cell: per((r) => r.frames), right: true },
    { title: 'out', cell: per((r) => r.sent), right: true },
    { title: 'delivered', cell: per((r) => r.delivered), right: true },
  ];
  console.log(`${formatTable(columns, rows).join('\n')}\n`);
}

/** Bytes are counted for each byte of the image and each node that takes it. The least: each link carries the image once, for all behind it. */
function printUpdates(rows: UpdateFigures[]): void {
  const each = (bytes: number, r: UpdateFigures) => bytes / (r.imageBytes * r.nodes);
  const columns = [
    { title: 'update', cell: (r: UpdateFigures) => `${r.layout} of ${r.nodes}` },
    { title: 'status', cell: (r: UpdateFigures) => r.status },
    { title: 'hops', cell: (r: UpdateFigures) => r.hops.toFixed(2), right: true },
    {
      title: 'bytes on air',
      cell: (r: UpdateFigures) => each(r.airBytes, r).toFixed(2),
      right: true,
    },
    { title: 'of OTA', cell: (r: UpdateFigures) => each(r.otaBytes, r).toFixed(2), right: true },
    {
      title: 'OTA a hop',
      cell: (r: UpdateFigures) => (each(r.otaBytes, r) / r.hops).toFixed(2),
      right: true,
    },
    {
      title: `stock (${STOCK} a hop)`,
      cell: (r: UpdateFigures) => (STOCK * r.hops).toFixed(2),
      right: true,
    },
    { title: 'least', cell: () => '1.00', right: true },
    { title: 'virtual s', cell: (r: UpdateFigures) => r.virtualSeconds.toFixed(0), right: true },
    { title: 'wall s', cell: (r: UpdateFigures) => r.wallSeconds.toFixed(1), right: true },
  ];
  console.log('for each byte of the image and each node that takes it:');
  console.log(formatTable(columns, rows).join('\n'));
}
