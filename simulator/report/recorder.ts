import { identifyImage } from '../../tools/formats/image-tag.ts';
import { Uart } from '../board/uart.ts';
import type { VirtualBoard } from '../guest/virtual-board.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import type { TcpTap } from '../net/tcp-tap.ts';
import { readFlash } from '../oracles/flash-view.ts';
import { watchOtadata } from '../oracles/otadata-watch.ts';
import { md5Hex } from '../scenario/mesh-update/observe.ts';
import type { ScenarioBench } from '../scenario/run/bench.ts';
import type { Observer, ScenarioResult } from '../scenario/run/run.ts';
import { serverStory } from '../scenario/run/server-story.ts';
import { ROUTER } from '../scenario/world.ts';
import { LifeLine } from './life-line.ts';
import { LinkCounts } from './links.ts';
import type { BoardStory, RunFigures, RunStory, SerialTail } from './story.ts';
import { TransferLog } from './transfers.ts';

/** Lines of each board's serial log that a story keeps. */
const SERIAL_TAIL = 200;

interface BoardRecorder {
  board: VirtualBoard;
  life: LifeLine;
  transfers: TransferLog;
  /** Keeps the end of what was printed; the board's own port is left alone. */
  serial: Uart;
  lines: number;
}

/** Watches a run and tells its story. `tap` is to listen in on the world's TCP. */
export class RunRecorder implements Observer {
  readonly tap: TcpTap;
  readonly #boards = new Map<string, BoardRecorder>();
  readonly #links = new LinkCounts(ROUTER.name);
  readonly #images = new Map<string, string>();
  #bench: ScenarioBench | undefined;
  #description = '';
  #end: Pick<RunStory, 'boards' | 'links' | 'server'> | undefined;

  constructor() {
    this.tap = {
      opened: (flow) => this.#links.opened(flow),
      sent: (flow, time, fromStation, bytes) => {
        this.#links.sent(flow, bytes.length);
        if (flow.acceptor !== undefined || fromStation) return;
        this.#boards.get(flow.station)?.transfers.received(time, bytes.length);
      },
      ended() {},
    };
  }

  begin(bench: ScenarioBench): void {
    const { world, images, scenario } = bench;
    this.#bench = bench;
    this.#description = scenario.file.description ?? '';
    for (const name of scenario.images.keys()) {
      const bytes = images.get(name)!;
      this.#images.set(md5Hex(bytes), imageText(bytes) ?? name);
    }
    const imageName = (md5: string) => this.#images.get(md5) ?? `unknown image ${md5.slice(0, 8)}`;
    for (const board of world.boards.values()) {
      this.#boards.set(board.name, {
        board,
        life: new LifeLine(board, imageName),
        transfers: new TransferLog(imageName),
        serial: new Uart(SERIAL_TAIL),
        lines: 0,
      });
    }
    for (const one of this.#boards.values()) one.serial.hooks.line = () => one.lines++;
    const otadata = watchOtadata(world.boards, (board, before, after) => {
      this.#boards.get(board.name)!.life.otadata(board.cpu.now, before, after);
    });
    world.kernel.trace.listen((record) => {
      otadata(record);
      this.#record(record);
    });
  }

  tick(): void {
    const { world, watch } = this.#bench!;
    for (const [name, { transfers }] of this.#boards) {
      transfers.asked(world.kernel.now, watch.latest(name));
    }
  }

  /** The world as it stands when the run is over; the server is closed after that. */
  async end(): Promise<[]> {
    const { world } = this.#bench!;
    this.tick();
    this.#end = {
      boards: [...this.#boards.values()].map((one) => boardStory(one, world.kernel.now)),
      links: this.#links.at(world),
      server: await serverStory(this.#bench!),
    };
    return [];
  }

  /** @throws Error before the run has ended */
  story(result: ScenarioResult, figures: Omit<RunFigures, 'records'>): RunStory {
    if (!this.#end) throw new Error('the run has not ended');
    const { records } = this.#bench!.world.kernel.trace;
    const description = this.#description;
    return { result, description, ...this.#end, figures: { ...figures, records } };
  }

  #record(record: TraceRecord): void {
    const one = this.#boards.get(record.board);
    if (!one) return;
    one.life.record(record);
    const { kind, data, time } = record;
    if (kind === 'uart' && typeof data !== 'string') one.serial.transmit(time, data);
    else if (kind === 'reset' || kind === 'power') one.serial.reset();
  }
}

function boardStory({ board, life, transfers, serial, lines }: BoardRecorder, now: number) {
  const { slots, active } = readFlash(board);
  const slot = slots.find((one) => one.slot === (active?.slot ?? 0));
  serial.reset();
  const tail: SerialTail = { lines: serial.log, before: Math.max(0, lines - serial.log.length) };
  return {
    name: board.name,
    nodeId: board.nodeId,
    role: slot?.role ?? '',
    image: slot?.bootable
      ? [slot.role, slot.version].filter(Boolean).join(' ')
      : 'nothing bootable',
    otadata: active ? `app${active.slot} ${active.state}` : 'as flashed',
    state: board.state,
    resets: Math.max(0, board.resets.length - 1),
    spans: life.spans(now),
    marks: life.marks,
    transfers: transfers.all,
    serial: tail,
  } satisfies BoardStory;
}

/** What an image says that it is; undefined for one that says nothing, or is none. */
function imageText(bytes: Uint8Array): string | undefined {
  try {
    const { role, project, version } = identifyImage(bytes) ?? {};
    return version && [role ?? project, version].filter(Boolean).join(' ');
  } catch {
    return undefined;
  }
}
