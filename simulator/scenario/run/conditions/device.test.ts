import { describe, expect, it } from 'vitest';
import { wrapGuest } from '../../../../tools/formats/guest-payload.ts';
import { parsePartitionCsv } from '../../../../tools/formats/partition-csv.ts';
import { buildPartitionTable } from '../../../../tools/formats/partition-table.ts';
import { ESP32 } from '../../../board/chip-model.ts';
import { factoryFlash } from '../../../board/factory-flash.ts';
import type { DeviceCondition } from '../../language/conditions/device.ts';
import { CONDITIONS } from '../../language/conditions.ts';
import type { ScenarioBench } from '../bench.ts';
import { DownloadWatch } from '../download-watch.ts';
import { askDevice } from './device.ts';

const TABLE = buildPartitionTable(
  parsePartitionCsv(
    'otadata, data, ota, 0xe000, 8K\napp0, app, ota_0, 0x10000, 64K\napp1, app, ota_1, 0x20000, 64K\n',
  ).partitions,
);
const image = (version: string) =>
  wrapGuest(new Uint8Array(9000).fill(7), { projectName: 'scales', version });
const [OLD, NEXT] = [image('1.0.0'), image('2.0.0')];
const NAMES = {
  boards: ['a', 'b'],
  groups: new Map([['all', ['a', 'b']]]),
  images: ['next', 'old'],
};

const row = (device_id: number, status: string, more: object = {}) => ({
  firmware_id: 5,
  device_id,
  status,
  confirmed_at: null,
  error_message: null,
  ...more,
});

function benchWith(rows: object[], downloads = new DownloadWatch()): ScenarioBench {
  const boards = ['a', 'b'].map((name) => ({
    name,
    flash: factoryFlash(ESP32, { partitionTable: TABLE, app: OLD }),
  }));
  return {
    world: { board: (name: string) => boards.find((board) => board.name === name) },
    downloads,
    offers: new Map([['next', 5]]),
    numbers: new Map([
      ['a', 1],
      ['b', 2],
    ]),
    images: new Map([
      ['old', OLD],
      ['next', NEXT],
    ]),
    rows: { deviceLog: async () => rows.map((r, id) => ({ id, ...r })) },
  } as unknown as ScenarioBench;
}

const ask = (bench: ScenarioBench, sentence: string) =>
  askDevice(bench, CONDITIONS.read(sentence, NAMES) as DeviceCondition);

describe('what the server shows of boards that update directly', () => {
  const rows = [
    row(1, 'rolled_back', { error_message: 'panic' }),
    row(1, 'rolled_back', { error_message: 'task watchdog' }),
    row(1, 'success', { confirmed_at: 1 }),
    row(2, 'downloading'),
    row(2, 'success', { firmware_id: 6 }),
  ];

  it.each([
    ['release next shows a success', ''],
    ['release next shows a confirmed', ''],
    ['release next shows b success', 'b has downloading'],
    ['release next shows b confirmed', 'b has downloading'],
    ['release next shows a failed', 'a has success, confirmed'],
    ['release next shows a rolled_back at least 2 times', ''],
    ['release next shows a rolled_back at most 1 times', 'a was rolled_back 2 times'],
    ['release next shows all success at least 1 times', 'b was success 0 times'],
    ['release next tells of a /panic/', ''],
    ['release next tells of a /brown/', 'a has "task watchdog"'],
    ['release next tells of b /panic/', 'b has no error'],
    ['release old shows a success', 'a has no row'],
  ])('%s', async (sentence, seen) => {
    expect(await ask(benchWith(rows), sentence)).toEqual({ ok: seen === '', seen });
  });
});

describe('what they fetch and hold', () => {
  const link = 'http://ota.test/api/ota/download/5';
  const downloads = new DownloadWatch();
  const asks = (device: string, from: number) =>
    downloads.asked(new Request(link, { headers: { range: `bytes=${from}-` } }), {
      device,
      connection: 1,
    });
  asks('a', 0);
  asks('a', 100);
  asks('b', 0);

  it.each([
    ['all fetch next at least 1 times', ''],
    ['all fetch next at most 0 times', 'a fetched it 1 times, b fetched it 1 times'],
    ['a resumes next', ''],
    ['all resume next', 'b never went on where it stopped'],
    ['a holds 8KB of old', ''],
    ['a holds 8KB of next', 'a does not hold so much of it'],
  ])('%s', async (sentence, seen) => {
    expect(await ask(benchWith([], downloads), sentence)).toEqual({ ok: seen === '', seen });
  });

  it('a slot holds what was written so far, and no more', async () => {
    const bench = benchWith([]);
    bench.world.board('a').flash.write(0x20000, NEXT.subarray(0, 4096));
    expect(await ask(bench, 'a holds 4096 of next')).toMatchObject({ ok: true });
    expect(await ask(bench, 'a holds 4100 of next')).toMatchObject({ ok: false });
  });
});
