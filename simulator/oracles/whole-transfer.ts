import { hex } from '../../tools/formats/bytes.ts';
import { md5 } from '../../tools/formats/md5.ts';
import { FRAME_KINDS, frameReaderOf, membersOf } from './frames.ts';
import type { Oracle, Report } from './oracle.ts';

/** painlessMesh's DATA package. */
const DATA = 12;
/** More parts than any app partition has room for. */
const PARTS_MAX = 65_536;

/** One part, as a DATA frame has it. */
interface Part {
  number: number;
  of: number;
  bytes: Uint8Array;
}

export const wholeTransfer: Oracle = {
  name: 'whole-transfer',
  promise:
    'parts reach a node in order, all of one size but the last, and are together what was offered',
  watch(fleet, report) {
    const names = new Map([...fleet.boards.values()].map(({ nodeId, name }) => [nodeId, name]));
    const reader = frameReaderOf(fleet.kernel);
    const transfers = new Map<string, Transfer>();
    const take = (frame: string, sender: string) => {
      const { dest, md5: offered, partNo, noPart, data } = membersOf(frame);
      const name = names.get(Number(dest));
      if (!name || typeof offered !== 'string') return;
      const part = partOf(partNo, noPart, data);
      if (!part) return report(`${sender} sent ${name} a part that cannot be read: ${partNo}`);
      const key = `${name} ${offered}`;
      let transfer = transfers.get(key);
      if (!transfer || part.number === 0) {
        transfer = new Transfer(name, offered, part.of, report);
        transfers.set(key, transfer);
      }
      transfer.take(part);
    };
    return {
      kinds: FRAME_KINDS,
      record(record) {
        // The frame is seen once, where its sender hands it to the air first.
        for (const frame of reader.read(record)) {
          if (!frame.includes(`"type":${DATA},`)) continue;
          const from = Number(/"from":(\d+)/.exec(frame)?.[1]);
          if (names.get(from) === record.board || !names.has(from)) take(frame, record.board);
        }
      },
    };
  },
};

/** What a node was given of one image since it asked for part 0. A part that it asks for again comes again, with the same bytes. */
class Transfer {
  readonly #what: string;
  readonly #node: string;
  readonly #offered: string;
  readonly #report: Report;
  readonly #parts: (Uint8Array | undefined)[];
  #next = 0;

  constructor(node: string, offered: string, count: number, report: Report) {
    this.#node = node;
    this.#offered = offered;
    this.#what = `of ${offered}`;
    this.#report = report;
    this.#parts = new Array(count);
  }

  take({ number, of, bytes }: Part): void {
    const { length } = this.#parts;
    if (of !== length) return this.#say(number, `counts ${of} parts, not ${length}`);
    if (number >= length) return this.#say(number, `is beyond the last of ${length}`);
    if (number > this.#next) this.#say(number, `came before part ${this.#next}`);
    const before = this.#parts[number];
    if (before && hex(before) !== hex(bytes)) this.#say(number, 'came twice, with other bytes');
    this.#parts[number] = bytes;
    if (number < this.#next) return;
    this.#next = number + 1;
    if (this.#next === length) this.#finish();
  }

  #finish(): void {
    const size = this.#parts[0]?.length ?? 0;
    let total = 0;
    for (let i = 0; i < this.#parts.length; i++) {
      const length = this.#parts[i]?.length ?? 0;
      const last = i === this.#parts.length - 1;
      if (last ? length > size || length === 0 : length !== size) {
        this.#say(i, `has ${length} bytes, not ${size}`);
      }
      total += length;
    }
    const whole = new Uint8Array(total);
    let at = 0;
    for (const bytes of this.#parts) {
      if (bytes) whole.set(bytes, at);
      at += bytes?.length ?? 0;
    }
    const got = hex(md5(whole));
    if (got !== this.#offered) this.#report(`${this.#node} was given ${got} as ${this.#offered}`);
  }

  #say(number: number, what: string): void {
    this.#report(`${this.#node}: part ${number} ${this.#what} ${what}`);
  }
}

function partOf(partNo: unknown, noPart: unknown, data: unknown): Part | undefined {
  const [number, of] = [Number(partNo), Number(noPart)];
  if (!Number.isInteger(number) || number < 0 || typeof data !== 'string') return undefined;
  if (!Number.isInteger(of) || of < 1 || of > PARTS_MAX) return undefined;
  const bytes = Buffer.from(data, 'base64');
  // Node leaves out what is no Base64, and reads on.
  if (data.length % 4 !== 0 || bytes.toString('base64') !== data) return undefined;
  return { number, of, bytes };
}
