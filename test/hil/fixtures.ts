import { dirname, resolve } from 'node:path';
import { test as base, expect } from 'vitest';
import { LogFile } from '../../tools/monitor/index.ts';
import { type BenchConfig, type FirmwareSpec, loadConfig } from './config.ts';
import type { Desk, DeskServer, Firmware } from './desk.ts';
import { HardwareDesk, noBoard } from './hardware-desk.ts';
import { HilBoard } from './hil-board.ts';
import { logFileFor } from './log-place.ts';
import { judge, type Measure } from './measure.ts';
import { SimDesk } from './sim-desk.ts';

/** Where this run takes its boards from: OTA_BENCH. @throws Error for another word */
export function benchKind(word = process.env.OTA_BENCH ?? ''): 'sim' | 'hardware' {
  if (word === '' || word === 'sim') return 'sim';
  if (word === 'hardware') return 'hardware';
  throw new Error(`OTA_BENCH is sim or hardware, not ${word}`);
}

/** A name from the configuration, or what it would hold under one. */
export type FirmwareChoice = string | FirmwareSpec;

interface Hil {
  config: BenchConfig;
  desk: Desk;
}

export const test = base
  // The same boards for all tests of a file: what one flashed, the next finds.
  // biome-ignore lint/correctness/noEmptyPattern: the pattern says which fixtures are needed
  .extend('hil', { scope: 'file' }, async ({}, { onCleanup }): Promise<Hil> => {
    const kind = benchKind();
    const { testPath } = expect.getState();
    const config = await loadConfig(testPath && dirname(testPath));
    const desk = kind === 'sim' ? new SimDesk(config) : new HardwareDesk(config);
    onCleanup(() => desk.close());
    return { config, desk };
  })
  .extend('benchKind', async ({ hil }): Promise<'sim' | 'hardware'> => hil.desk.kind)
  .extend('firmware', async ({ hil }) => {
    return (choice: FirmwareChoice): Promise<Firmware> => hil.desk.firmware(specOf(hil, choice));
  })
  .extend('board', async ({ hil, firmware, task }, { onCleanup }) => {
    const retry = task.result?.retryCount ?? 0;
    const owner = { file: task.file.filepath, test: fullName(task), retry };
    const claimed = new Map<string, Promise<HilBoard>>();
    onCleanup(() => finishAll([...claimed.values()]));
    return (name: string): Promise<HilBoard> => {
      const { config, desk } = hil;
      if (!desk.names.includes(name)) return Promise.reject(noBoard(name, desk.names));
      const known = claimed.get(name);
      if (known) return known;
      const opened = openBoard(name);
      claimed.set(name, opened);
      return opened;

      async function openBoard(name: string): Promise<HilBoard> {
        const board = await desk.claim(name);
        const log = new LogFile(logFileFor(resolve(config.root, config.logs), owner, name));
        try {
          const hil = await HilBoard.open(board, { log, find: firmware, now: () => desk.now() });
          // A second try begins as the first did.
          if (retry > 0) await hil.reset();
          return hil;
        } catch (error) {
          log.close();
          await board.release();
          throw error;
        }
      }
    };
  })
  .extend('boards', async ({ hil, board }) => {
    /** The first `count` boards of the configuration. */
    return async (count: number): Promise<HilBoard[]> => {
      const { names } = hil.desk;
      if (names.length < count) {
        throw new Error(
          `the test needs ${count} boards; bench.config.ts has ${names.length}: ${names.join(', ')}`,
        );
      }
      // In the order of the configuration, so that two tests never wait for each other's.
      const all: HilBoard[] = [];
      for (const name of names.slice(0, count)) all.push(await board(name));
      return all;
    };
  })
  .extend('server', async ({ hil }, { onCleanup }): Promise<DeskServer> => {
    const server = await hil.desk.startServer();
    onCleanup(() => server.close());
    return server;
  })
  .extend('measure', async ({ annotate }): Promise<Measure> => {
    return async (name, value, limits) => {
      const { text, wrong } = judge(name, value, limits);
      await annotate(text, 'measurement');
      if (wrong) throw new Error(wrong);
    };
  });

function specOf({ config }: Hil, choice: FirmwareChoice): FirmwareSpec {
  if (typeof choice !== 'string') return choice;
  const spec = config.firmware[choice];
  if (spec) return spec;
  const names = Object.keys(config.firmware);
  const has = names.length > 0 ? `it has ${names.join(', ')}` : 'it has none';
  throw new Error(`bench.config.ts has no firmware "${choice}"; ${has}`);
}

interface Named {
  name: string;
  suite?: Named;
}

function fullName(task: Named): string {
  return task.suite ? `${fullName(task.suite)} ${task.name}` : task.name;
}

/** Ends every board's part, and then tells the first trouble. */
async function finishAll(boards: readonly Promise<HilBoard>[]): Promise<void> {
  const ended = await Promise.allSettled(
    boards.map((opened) => opened.then((board) => board.finish())),
  );
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
