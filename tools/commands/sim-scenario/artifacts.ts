import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NorFlash } from '../../../simulator/board/nor-flash.ts';
import { Uart } from '../../../simulator/board/uart.ts';
import { TrafficCapture } from '../../../simulator/report/capture/traffic.ts';
import { reportPage } from '../../../simulator/report/page/page.ts';
import { RunRecorder } from '../../../simulator/report/recorder.ts';
import { serialText } from '../../../simulator/report/serial-log.ts';
import { traceLine } from '../../../simulator/report/trace-lines.ts';
import type { ScenarioBench } from '../../../simulator/scenario/run/bench.ts';
import type { Observer, ScenarioResult } from '../../../simulator/scenario/run/run.ts';
import { reasonOf } from '../support/input.ts';
import { makeFolder } from './folder.ts';

/** Where a run leaves what; nothing where nothing is named. */
export interface ArtifactPlaces {
  /** One HTML file. */
  report?: string;
  /** Records of the trace, a JSON object a line. */
  trace?: string;
  /** TCP of the air, pcapng. */
  pcap?: string;
  /** A folder: a log for each board. */
  serial?: string;
  /** A folder: each board's flash before and after. */
  dumps?: string;
}

/** All of them in one folder. */
export function placesIn(folder: string): Required<ArtifactPlaces> {
  return {
    report: join(folder, 'report.html'),
    trace: join(folder, 'trace.jsonl'),
    pcap: join(folder, 'traffic.pcapng'),
    serial: join(folder, 'serial'),
    dumps: join(folder, 'flash'),
  };
}

/** Something that watches a run, and writes files when it is over. Answers the paths. */
interface Keeper extends Observer {
  write(result: ScenarioResult, figures: Figures): string[];
  /** The run came to no result. */
  abandon?(): void;
}

export interface Figures {
  wallSeconds: number;
  commit: string;
  reproduce: string;
}

/** Watches one run, and leaves behind what was asked for. Files of a run that is stopped are not whole. */
export class Artifacts {
  readonly #keepers: Keeper[];

  constructor(places: ArtifactPlaces) {
    const { report, trace, pcap, serial, dumps } = places;
    // A place that cannot be is told before the run.
    for (const file of [report, trace, pcap]) if (file !== undefined) makeFolder(dirname(file));
    for (const folder of [serial, dumps]) if (folder !== undefined) makeFolder(folder);
    this.#keepers = [
      ...(report === undefined ? [] : [reportKeeper(report)]),
      ...(trace === undefined ? [] : [traceKeeper(trace)]),
      ...(pcap === undefined ? [] : [trafficKeeper(pcap)]),
      ...(serial === undefined ? [] : [serialKeeper(serial)]),
      ...(dumps === undefined ? [] : [dumpKeeper(dumps)]),
    ];
  }

  get observers(): readonly Observer[] {
    return this.#keepers;
  }

  /** Writes what is left; answers the paths of files and folders. */
  write(result: ScenarioResult, figures: Figures): string[] {
    return this.#keepers.flatMap((keeper) => keeper.write(result, figures));
  }

  /** What ended the run is told; what then cannot be written any more is not. */
  abandon(): void {
    for (const keeper of this.#keepers) {
      try {
        keeper.abandon?.();
      } catch {}
    }
  }
}

function reportKeeper(path: string): Keeper {
  const recorder = new RunRecorder();
  return {
    begin(bench) {
      bench.world.medium.taps.push(recorder.tap);
      recorder.begin(bench);
    },
    tick: () => recorder.tick(),
    end: () => recorder.end(),
    write(result, figures) {
      return [put(path, reportPage(recorder.story(result, figures)))];
    },
  };
}

/** Lines wait so long before they are written together. */
const TRACE_CHUNK = 1000;

function traceKeeper(path: string): Keeper {
  let file: number | undefined = naming(path, () => openSync(path, 'w'));
  let lines: string[] = [];
  const flush = () => {
    const text = lines.length > 0 ? `${lines.join('\n')}\n` : '';
    lines = [];
    if (file !== undefined) naming(path, () => writeSync(file!, text));
  };
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    begin({ world }) {
      world.kernel.trace.listen((record) => {
        lines.push(traceLine(record));
        if (lines.length >= TRACE_CHUNK) flush();
      });
    },
    write() {
      flush();
      close();
      return [path];
    },
    abandon() {
      try {
        flush();
      } finally {
        close();
      }
    },
  };
}

function trafficKeeper(path: string): Keeper {
  const capture = new TrafficCapture();
  let epoch = 0;
  return {
    begin({ world }) {
      epoch = world.clock.now();
      world.medium.taps.push(capture);
    },
    write: () => [put(path, capture.file(epoch))],
  };
}

function serialKeeper(folder: string): Keeper {
  const logs = new Map<string, Uart>();
  return {
    begin({ world }) {
      for (const name of world.boards.keys()) logs.set(name, new Uart(Number.POSITIVE_INFINITY));
      world.kernel.trace.listen(({ board, kind, data, time }) => {
        const log = logs.get(board);
        if (kind === 'uart' && typeof data !== 'string') log?.transmit(time, data);
        else if (kind === 'reset' || kind === 'power') log?.reset();
      });
    },
    write() {
      for (const [name, log] of logs) {
        log.reset();
        put(join(folder, `${name}.log`), serialText(log.log));
      }
      return [folder];
    },
  };
}

function dumpKeeper(folder: string): Keeper {
  let bench: ScenarioBench;
  const before = new Map<string, NorFlash>();
  const after = new Map<string, NorFlash>();
  const copy = (into: Map<string, NorFlash>) => {
    for (const { name, flash } of bench.world.boards.values()) {
      into.set(name, new NorFlash(flash.size, flash.snapshot()));
    }
  };
  return {
    begin(begun) {
      bench = begun;
      copy(before);
    },
    end() {
      copy(after);
      return [];
    },
    write() {
      for (const [name, flash] of before) put(join(folder, `${name}-before.bin`), flash.dump());
      for (const [name, flash] of after) put(join(folder, `${name}-after.bin`), flash.dump());
      return [folder];
    },
  };
}

function put(path: string, content: string | Uint8Array): string {
  naming(path, () => writeFileSync(path, content));
  return path;
}

/** @throws Error that names the file */
function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`cannot write ${path}: ${reasonOf(error)}`);
  }
}
