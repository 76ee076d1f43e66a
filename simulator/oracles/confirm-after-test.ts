import { parseImage } from '../../tools/formats/esp-image.ts';
import { readImage } from '../../tools/formats/esp-image-region.ts';
import { parseBootloaderConfig } from '../board/bootloader-image.ts';
import type { VirtualBoard } from '../guest/virtual-board.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { bootRecord } from './boot-record.ts';
import { quietFlash } from './flash-view.ts';
import { FRAME_KINDS, type FrameReader, frameReaderOf } from './frames.ts';
import type { Fleet, Oracle, Report } from './oracle.ts';
import { OTADATA_KINDS, type OtadataChange, OtadataWatch } from './otadata-watch.ts';

/** MESHSWARM_CONFIRM `mesh`: a peer has been heard for so long, µs. */
const HEARD_US = 60_000_000;
const decoder = new TextDecoder('latin1');

/** What a board on trial has met since it booted: the only things that a self-test can have been passed with. */
interface Trial {
  md5: string;
  /** Whoever offered the image has acknowledged it. */
  acknowledged: boolean;
  /** The first frame for it that any other board sent since. */
  heardSince?: number;
  /** A server answered somebody since: what a gateway or a board without a mesh proves itself by. */
  answered: boolean;
}

export const confirmAfterTest: Oracle = {
  name: 'confirm-after-test',
  promise: 'a board never confirms an image before its self-test can have passed',
  watch(fleet, report) {
    const judge = new Trials(fleet, report);
    return {
      kinds: [...FRAME_KINDS, ...OTADATA_KINDS, 'http'],
      record: (record) => judge.record(record),
    };
  },
};

class Trials {
  readonly #fleet: Fleet;
  readonly #report: Report;
  readonly #frames: FrameReader;
  readonly #trials = new Map<string, Trial>();
  readonly #names: Map<number, string>;
  readonly #otadata: OtadataWatch;

  constructor(fleet: Fleet, report: Report) {
    this.#fleet = fleet;
    this.#report = report;
    this.#frames = frameReaderOf(fleet.kernel);
    this.#names = new Map([...fleet.boards.values()].map(({ nodeId, name }) => [nodeId, name]));
    this.#otadata = new OtadataWatch(fleet.boards, (change) => this.#changed(change));
  }

  record(record: TraceRecord): void {
    this.#otadata.record(record);
    const boot = bootRecord(record);
    if (boot) this.#booted(boot.board, boot.md5);
    // Pieces of frames are kept while nobody is on trial: the end of one may come later.
    const frames = this.#frames.read(record);
    if (this.#trials.size === 0) return;
    if (record.kind === 'http' && answers(record.data)) {
      for (const trial of this.#trials.values()) trial.answered = true;
    }
    for (const frame of frames) this.#heard(record, frame);
  }

  #booted(name: string, md5: string): void {
    this.#trials.delete(name);
    if (this.#otadata.active(name)?.state !== 'PENDING_VERIFY') return;
    this.#trials.set(name, { md5, acknowledged: false, answered: false });
  }

  #heard(record: TraceRecord, frame: string): void {
    const name = this.#names.get(Number(/"dest":(\d+)/.exec(frame)?.[1])) ?? '';
    const trial = this.#trials.get(name);
    if (!trial || name === record.board) return;
    trial.heardSince ??= record.time;
    if (frame.includes('ota_ack') && frame.includes(trial.md5)) trial.acknowledged = true;
  }

  #changed({ board, before, after }: OtadataChange): void {
    const [was, is] = [before.active, after.active];
    if (!was || is?.state !== 'VALID') return;
    if (was.sequence < is.sequence && rollsBack(board)) {
      return this.#report(`${board.name} was given slot ${is.slot} as confirmed, with no trial`);
    }
    if (was.sequence !== is.sequence) return;
    if (was.state === 'NEW') return this.#report(`${board.name} confirmed what never ran`);
    if (was.state === 'PENDING_VERIFY') this.#confirmed(board.name);
  }

  #confirmed(name: string): void {
    const trial = this.#trials.get(name);
    this.#trials.delete(name);
    if (!trial) return this.#report(`${name} confirmed an image that did not run`);
    const { now } = this.#fleet.kernel;
    const heard = now - (trial.heardSince ?? now) >= HEARD_US;
    const role = this.#fleet.roleOf(name);
    const byServer = trial.answered && (role === undefined || role === 'gateway');
    const byMesh = role !== undefined && (trial.acknowledged || heard);
    if (byServer || byMesh) return;
    this.#report(`${name} confirmed ${trial.md5} with nothing that a self-test could pass by`);
  }
}

/** The head of a response that is no fault of the server's; the trace has requests and broken answers under the same kind. */
function answers(data: Uint8Array | string): boolean {
  return typeof data !== 'string' && /^HTTP\/1\.1 [234]/.test(decoder.decode(data.subarray(0, 16)));
}

/** Does its bootloader know trials? Without, images are written as they shall stay. */
function rollsBack(board: VirtualBoard): boolean {
  const at = board.chip.bootloaderOffset;
  const bytes = readImage(quietFlash(board).region(at, 0x8000 - at));
  return parseBootloaderConfig(parseImage(bytes))?.rollback === true;
}
