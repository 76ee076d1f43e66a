import type { SerialFaults } from '../../board/serial-rom/faults.ts';
import type { ResetWiring } from '../../board/serial-rom/reset-wiring.ts';
import type { SerialBenchOptions, SimBoardSpec } from './bench.ts';

/** A board as its address describes it; `file` is where its flash is kept. */
export interface NamedBoard {
  spec: Omit<SimBoardSpec, 'flash'>;
  options: SerialBenchOptions;
  file?: string;
}

const WIRINGS: readonly ResetWiring[] = ['transistor', 'direct', 'usb-jtag'];
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/**
 * Reads `sim://NAME` or `NAME`, with what is special about the board behind a question mark:
 * `sim://door?chip=esp32s3&flash=door.bin&size=8MB&wiring=direct&line=paced&flash-times&speed=10&fault=wrong-md5`.
 * @throws Error with a sentence on what is wrong
 */
export function parseBoardAddress(address: string): NamedBoard {
  const [name = '', query = ''] = address.replace(/^sim:\/\//, '').split(/\?(.*)/s);
  if (!NAME.test(name))
    throw new Error(
      `${address}: a simulated board is named with letters, digits, dots and dashes, such as sim://door`,
    );
  const board: NamedBoard = { spec: { name }, options: {} };
  for (const [key, value] of new URLSearchParams(query)) {
    const take = KEYS[key];
    if (!take)
      throw new Error(
        `${address}: a simulated board has no ${JSON.stringify(key)}; it has ${Object.keys(KEYS).join(', ')}`,
      );
    take(board, value, address);
  }
  return board;
}

const KEYS: Record<string, (board: NamedBoard, value: string, address: string) => void> = {
  chip: (board, value) => {
    board.spec.chip = value;
  },
  flash: (board, value, address) => {
    if (!value) throw new Error(`${address}: flash= wants the name of a file`);
    board.file = value;
  },
  size: (board, value, address) => {
    const match = /^(\d+) ?MB$/i.exec(value);
    if (!match) throw new Error(`${address}: size= wants megabytes, such as 8MB`);
    board.spec.flashBytes = Number(match[1]) << 20;
  },
  wiring: (board, value, address) => {
    const wiring = WIRINGS.find((known) => known === value);
    if (!wiring) throw new Error(`${address}: wiring= is one of ${WIRINGS.join(', ')}`);
    board.spec.wiring = wiring;
  },
  line: (board, value, address) => {
    if (value !== 'paced' && value !== 'free')
      throw new Error(`${address}: line= is paced or free`);
    board.options.line = value;
  },
  'flash-times': (board) => {
    board.options.flashTimes = true;
  },
  speed: (board, value, address) => {
    const speed = Number(value);
    if (!(speed > 0 && speed <= 1000)) throw new Error(`${address}: speed= is a number up to 1000`);
    board.options.speed = speed;
  },
  fault: (board, value) => {
    board.spec.faults = { ...board.spec.faults, ...parseFault(value) };
  },
};

const number = (text: string, what: string, max: number): number => {
  const value = Number(text);
  if (text !== '' && value >= 0 && value <= max) return value;
  throw new Error(`fault ${what}: ${JSON.stringify(text)} is no number up to ${max}`);
};

const FAULTS: Record<string, (value: string) => SerialFaults> = {
  'wrong-md5': () => ({ wrongMd5: true }),
  'brown-out': () => ({ brownOut: true }),
  'garbled-boot-log': () => ({ garbledBootLog: true }),
  'silent-stub': () => ({ silentStub: true }),
  'unplug-after': (value) => ({ unplugAfter: number(value, 'unplug-after', 1e12) }),
  'stall-after': (value) => ({ stallAfter: number(value, 'stall-after', 1e9) }),
  'reply-delay': (value) => ({ replyDelay: 1000 * number(value, 'reply-delay', 60_000) }),
  drop: (value) => both({ drop: number(value, 'drop', 1) }),
  corrupt: (value) => both({ corrupt: number(value, 'corrupt', 1) }),
};

const both = (bytes: { drop?: number; corrupt?: number }): SerialFaults => ({
  toChip: bytes,
  toHost: bytes,
});

/**
 * A fault as it is written: `wrong-md5`, `unplug-after:100000` (bytes), `reply-delay:200` (ms), `drop:0.001` (share of bytes).
 * @throws Error naming those that there are
 */
export function parseFault(text: string): SerialFaults {
  const [name = '', value = ''] = text.split(/[:=](.*)/s);
  const make = FAULTS[name];
  if (make) return make(value);
  throw new Error(
    `there is no fault ${JSON.stringify(name)}; there are ${Object.keys(FAULTS).join(', ')}`,
  );
}
