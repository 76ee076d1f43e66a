import { NorFlash } from '../../simulator/board/nor-flash.ts';
import { Partitions } from '../../simulator/board/partitions.ts';
import { chosenPoints } from '../../simulator/scenario/enumerate/sample.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { drawer } from '../../tools/formats/testing/nvs-workload.ts';
import { DirectBench, MINUTE, md5Of } from '../direct/bench.ts';
import { clientFirmware } from '../direct/firmware.ts';
import {
  applyCut,
  type CutPoint,
  type Journal,
  type JournalEntry,
  journalOf,
  phaseOf,
  pointsOf,
} from '../direct/journal.ts';
import { EPOCH_MS, ServerBed } from '../direct/server-bed.ts';
import type { Enumeration, EnumerationOptions, EnumerationResult } from './enumeration.ts';

const SEED = 6;
/** In which an update must be at its goal after the power is back. */
const RECOVERY_US = 90 * MINUTE;
/** Of points, also made by a run that is cut as it goes, and cut a second time during recovery. */
const RERUNS = 12;
const SECOND_CUTS = 60;

export interface DirectCutOptions extends EnumerationOptions {
  /** A point of every operation in otadata and NVS besides the sample. */
  metadata?: boolean;
  old?: Uint8Array;
  target?: Uint8Array;
  secondCuts?: number;
  reruns?: number;
}

export const directPowerCuts: Enumeration = {
  name: 'direct',
  summary:
    'C client: power is cut before, half-way through and after every erase and page program of a whole update, and between all bytes of otadata',
  run: (options) => cutDirectUpdate(options),
};

interface Recorded {
  bed: ServerBed;
  journal: Journal;
  requests: DirectBench['requests'];
  size: number;
  old: Uint8Array;
  target: Uint8Array;
}

interface Point extends CutPoint {
  where: Place;
}

type Place = 'otadata' | 'nvs' | 'app' | 'other';

/**
 * A whole update of the real client runs once, with a journal of what it does to flash and asks of the server. For each cut, flash and
 * server are made anew as they were at that moment, and the device is switched on: RAM is cold anyway. What it boots must be the old
 * image or the new one, and it must come to the new one by itself, confirmed and known to the server.
 */
export async function cutDirectUpdate(options: DirectCutOptions = {}): Promise<EnumerationResult> {
  const old = options.old ?? (await clientFirmware('1.0.0')).image;
  const target = options.target ?? (await clientFirmware('2.0.0')).image;
  const bed = await ServerBed.open([target]);
  try {
    return await cutEverywhere(await record(bed, old, target), options);
  } finally {
    await bed.close();
  }
}

async function cutEverywhere(
  recorded: Recorded,
  { sample, onPoint, metadata, secondCuts = SECOND_CUTS, reruns = RERUNS }: DirectCutOptions,
): Promise<EnumerationResult> {
  const { journal, size } = recorded;
  const draw = drawer(sample?.seed ?? SEED);
  const points = allPoints(recorded);
  const wanted = wantedPoints(points, sample, metadata ?? false, draw);
  const twice = chosenPoints(wanted.length, secondCuts, draw);
  const result: EnumerationResult = {
    points: points.length,
    tried: 0,
    failures: [],
    facts: factsOf(journal, points),
  };
  const boots = { old: 0, new: 0 };
  for (const [order, i] of wanted.entries()) {
    const point = points[i]!;
    const entry = journal.entries[point.entry]!;
    const flash = new NorFlash(size, entry.before);
    applyCut(flash, entry, point, (i * 0x9d) & 0xffff);
    const second = twice.has(order) ? draw : undefined;
    const { failures, first } = await recover(recorded, entry, flash, `cut ${i}`, second);
    result.tried++;
    if (first) boots[first]++;
    result.failures.push(...failures.map((failure) => `${describe(entry, point)}: ${failure}`));
    onPoint?.(result.tried, wanted.length, result.failures.length);
  }
  const again = rerunnable(
    recorded,
    wanted.map((i) => points[i]!),
    reruns,
    draw,
  );
  for (const point of again) {
    const entry = journal.entries[point.entry]!;
    if (!(await sameAsRerun(recorded, point)))
      result.failures.push(
        `${describe(entry, point)}: a run that is cut there leaves other bytes, or has asked the server for more`,
      );
  }
  Object.assign(result.facts, {
    'booted the old image first': boots.old,
    'booted the new image first': boots.new,
    'cut a second time while recovering': twice.size,
    'cuts made again by a whole run': again.length,
  });
  return result;
}

function allPoints(recorded: Recorded): Point[] {
  const place = placesOf(recorded);
  return recorded.journal.entries.flatMap((entry, index) => {
    const where = place(entry);
    return pointsOf(entry, index, where === 'otadata').map((point): Point => ({ ...point, where }));
  });
}

/** Indexes of the points to try, in their order. `metadata`: besides the sample one of each operation in otadata and NVS. */
function wantedPoints(
  points: readonly Point[],
  sample: EnumerationOptions['sample'],
  metadata: boolean,
  draw: (n: number) => number,
): number[] {
  const chosen = chosenPoints(points.length, sample?.points, draw);
  if (metadata) {
    const operations = Map.groupBy(
      points.keys().filter((i) => points[i]!.where === 'otadata' || points[i]!.where === 'nvs'),
      (i) => points[i]!.entry,
    );
    for (const list of operations.values()) chosen.add(list[draw(list.length)]!);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The update without a cut, from power-on to its confirmation at the server. */
async function record(bed: ServerBed, old: Uint8Array, target: Uint8Array): Promise<Recorded> {
  const bench = await DirectBench.open({ image: old, bed });
  try {
    const now = () => EPOCH_MS + Math.floor(bench.world.kernel.now / 1000);
    const journal = journalOf(bench, now);
    bench.powerOn();
    if (!(await bench.until(() => bench.arrived(target), 20 * MINUTE)))
      throw new Error(`without a power cut the update does not arrive:\n${bench.story()}`);
    return { bed, journal, requests: bench.requests, size: bench.board.flash.size, old, target };
  } finally {
    await bench.close();
  }
}

async function recover(
  { bed, requests, old, target }: Recorded,
  entry: JournalEntry,
  flash: NorFlash,
  seed: string,
  second: ((n: number) => number) | undefined,
): Promise<{ failures: string[]; first: 'old' | 'new' | undefined }> {
  const bench = await DirectBench.open({
    seed,
    image: old,
    flash: flash.snapshot(),
    bed,
    past: requests.slice(0, entry.requests),
    startMs: entry.at + 1000,
  });
  try {
    const names = new Map<string, 'old' | 'new'>([
      [md5Of(old), 'old'],
      [md5Of(target), 'new'],
    ]);
    if (second) cutAgain(bench, second);
    bench.powerOn();
    // The server may have heard of the new image before the cut: a check after it counts.
    const checked = () => bench.requests.some(({ url }) => url.endsWith('/check'));
    // A board that does not boot at once never does: no need to watch it for an hour.
    const boots = await bench.until(() => bench.booted.length > 0, MINUTE);
    const there =
      boots &&
      (await bench.until(async () => checked() && (await bench.arrived(target)), RECOVERY_US));
    const failures: string[] = [];
    const other = bench.booted.find((md5) => !names.has(md5));
    if (bench.booted.length === 0) failures.push(`nothing boots (${bench.board.halt})`);
    if (other) failures.push(`boots ${other}, which is neither the old image nor the new one`);
    if (!there) failures.push(`does not come to the new image\n${bench.story()}`);
    return { failures, first: names.get(bench.booted[0] ?? '') };
  } finally {
    await bench.close();
  }
}

/** Cuts the power once more, somewhere in the operations that recovery begins with, and switches it on again. */
function cutAgain(bench: DirectBench, draw: (n: number) => number): void {
  const { board, world } = bench;
  const at = board.flash.operations + draw(60);
  const phase = (['before', 'half', 'after'] as const)[draw(3)];
  let cut = false;
  board.flash.hooks.cut = ({ index }) => {
    if (cut || index !== at) return undefined;
    cut = true;
    world.kernel.after(SECOND, () => board.powerOn(), { board: board.index });
    return phase;
  };
}

/** Which part of flash an operation is about. */
function placesOf({ size, journal }: Recorded): (entry: JournalEntry) => Place {
  const partitions = Partitions.read(new NorFlash(size, journal.before));
  if (!(partitions instanceof Partitions)) throw new Error('the partition table cannot be read');
  return ({ offset }) => {
    const row = partitions.rows.find((r) => offset >= r.offset && offset < r.offset + r.size);
    if (row?.label === 'otadata' || row?.label === 'nvs') return row.label;
    return row?.label.startsWith('ota_') ? 'app' : 'other';
  };
}

function factsOf(journal: Journal, points: readonly Point[]): Record<string, number> {
  const { entries } = journal;
  const count = (where: Place) => points.filter((point) => point.where === where).length;
  return {
    'flash erases': entries.filter((entry) => !entry.data).length,
    'page programs': entries
      .filter((entry) => entry.data)
      .reduce((sum, entry, i) => sum + pointsOf(entry, i, false).length / 3, 0),
    'points in the app slot': count('app'),
    'points in otadata': count('otadata'),
    'points in NVS': count('nvs'),
    'points elsewhere': count('other'),
  };
}

function describe(entry: JournalEntry, { bytes, torn }: CutPoint): string {
  const what = entry.data ? 'program' : 'erase';
  return `${what} ${entry.index} of ${entry.length} bytes at 0x${entry.offset.toString(16)}, ${bytes} bytes done${torn ? ' and torn' : ''}`;
}

/** Of these points as many as asked for, drawn from those at which a running board can be cut. */
function rerunnable(
  { journal }: Recorded,
  points: readonly Point[],
  most: number,
  draw: (n: number) => number,
): Point[] {
  const possible = points.filter((point) => phaseOf(journal.entries[point.entry]!, point));
  const chosen = chosenPoints(possible.length, most, draw);
  return possible.filter((_, i) => chosen.has(i));
}

/** Runs the whole update again, with the power cut at that operation: flash and server must stand as the journal says. */
async function sameAsRerun(
  { bed, old, size, journal }: Recorded,
  point: CutPoint,
): Promise<boolean> {
  const entry = journal.entries[point.entry]!;
  const bench = await DirectBench.open({ image: old, bed });
  try {
    const { board } = bench;
    board.flash.hooks.cut = ({ index }) =>
      index === entry.index ? phaseOf(entry, point) : undefined;
    bench.powerOn();
    const cut = await bench.until(() => board.state === 'off', 20 * MINUTE);
    const expected = new NorFlash(size, entry.before);
    applyCut(expected, entry, point, 0);
    return (
      cut &&
      bench.requests.length === entry.requests &&
      Buffer.compare(board.flash.dump(), expected.dump()) === 0
    );
  } finally {
    await bench.close();
  }
}
