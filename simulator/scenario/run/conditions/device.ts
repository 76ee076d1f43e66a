import { equalBytes } from '../../../../tools/formats/bytes.ts';
import { Partitions } from '../../../board/partitions.ts';
import type { VirtualBoard } from '../../../guest/virtual-board.ts';
import type { DeviceCondition } from '../../language/conditions/device.ts';
import type { ScenarioBench } from '../bench.ts';
import { eachBoard, type Outcome } from './outcome.ts';

/** Arduino's Update writes these last. */
const WITHHELD = 16;

/** Asks the world about boards that update directly. */
export async function askDevice(
  bench: ScenarioBench,
  condition: DeviceCondition,
): Promise<Outcome> {
  const { boards, image } = condition;
  const each = (fault: (board: VirtualBoard) => string) => eachBoard(bench, boards, fault);
  const counts = ({ name }: VirtualBoard) => bench.downloads.count(name, bench.offers.get(image));
  switch (condition.is) {
    case 'device-row':
      return deviceRow(bench, condition);
    case 'device-error': {
      const rows = await rowsOf(bench, image);
      return each((board) => {
        const told = rows(board).flatMap(({ error_message }) => error_message ?? []);
        if (told.some((text) => condition.pattern.test(text))) return '';
        return told.length === 0 ? 'has no error' : `has "${told.at(-1)}"`;
      });
    }
    case 'fetches':
      return each((board) => wrongCount(counts(board).begun, condition, 'fetched it'));
    case 'resumes':
      return each((board) => (counts(board).resumed > 0 ? '' : 'never went on where it stopped'));
    case 'holds': {
      const bytes = bench.images.get(image)!;
      // From the descriptor on: two versions may differ in nothing else.
      const wanted = bytes.subarray(WITHHELD, condition.bytes);
      return each((board) => (holds(board, wanted) ? '' : 'does not hold so much of it'));
    }
  }
}

async function deviceRow(
  bench: ScenarioBench,
  condition: Extract<DeviceCondition, { is: 'device-row' }>,
): Promise<Outcome> {
  const { boards, image, status, least, most } = condition;
  const rows = await rowsOf(bench, image);
  const says = (row: Row) =>
    status === 'confirmed' ? row.confirmed_at !== null : row.status === status;
  return eachBoard(bench, boards, (board) => {
    const own = rows(board);
    if (least !== undefined || most !== undefined) {
      return wrongCount(own.filter(says).length, condition, `was ${status}`);
    }
    const last = own.at(-1);
    if (last && says(last)) return '';
    const confirmed = last?.confirmed_at ? ', confirmed' : '';
    return `has ${last ? `${last.status}${confirmed}` : 'no row'}`;
  });
}

type Row = Awaited<ReturnType<ScenarioBench['rows']['deviceLog']>>[number];

/** The rows of a board for a release, oldest first. */
async function rowsOf(
  bench: ScenarioBench,
  image: string,
): Promise<(board: VirtualBoard) => Row[]> {
  const id = bench.offers.get(image);
  const all = (await bench.rows.deviceLog()).filter((row) => row.firmware_id === id);
  all.sort((a, b) => a.id - b.id);
  return ({ name }) => all.filter(({ device_id }) => device_id === bench.numbers.get(name));
}

function wrongCount(
  count: number,
  { least = 0, most = Number.POSITIVE_INFINITY }: { least?: number; most?: number },
  what: string,
): string {
  return count >= least && count <= most ? '' : `${what} ${count} times`;
}

/** Whether one of its slots has those bytes, behind those that come last. */
function holds({ flash }: VirtualBoard, wanted: Uint8Array): boolean {
  const partitions = Partitions.read(flash);
  if (!(partitions instanceof Partitions)) return false;
  return [partitions.factory, ...partitions.slots].some((row) => {
    if (!row || row.size < WITHHELD + wanted.length) return false;
    return equalBytes(flash.read(row.offset + WITHHELD, wanted.length), wanted);
  });
}
