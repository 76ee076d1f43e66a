import { describe, expect, it } from 'vitest';
import { DEVICE_STATUSES, type DeviceFirmwareRow, type DeviceLogRow } from '../store/schema.ts';
import { parseVersion } from '../versions/version.ts';
import { readCatalog } from './catalog.ts';
import { changesOfCheck, isFinal, mayPrecede } from './log-life.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 3);

const firmware = (id: number, version: string) =>
  ({
    id,
    version,
    build_number: 1,
    is_stable: 1,
    is_active: 1,
    min_current_version: null,
  }) as DeviceFirmwareRow;
/** Firmware 1 is 1.0.0, 2 is 2.0.0, 3 is 3.0.0. */
const catalog = readCatalog([firmware(1, '1.0.0'), firmware(2, '2.0.0'), firmware(3, '3.0.0')]);

const row = (more: Partial<DeviceLogRow> = {}): DeviceLogRow => ({
  id: 1,
  device_id: 7,
  firmware_id: 2,
  status: 'pending',
  from_version: '1.0.0',
  bytes_downloaded: 0,
  error_message: null,
  created_at: NOW - HOUR,
  started_at: null,
  updated_at: NOW - HOUR,
  completed_at: null,
  confirmed_at: null,
  ...more,
});

/** Kinds, with the row's or firmware's id. */
function changes(rows: DeviceLogRow[], version: string, target?: number, build?: number) {
  const running = { version: parseVersion(version)!, build };
  const release = target === undefined ? undefined : catalog.byId.get(target);
  const context = { running, catalog, target: release, now: NOW, staleAfter: 24 * HOUR };
  return changesOfCheck(rows, context).map((c) => {
    if (c.kind === 'open' || c.kind === 'prove') return `${c.kind} firmware ${c.firmwareId}`;
    return `${c.kind} ${c.row.id}${c.kind === 'fail' ? `: ${c.message}` : ''}`;
  });
}

describe('changesOfCheck', () => {
  it('opens a row for an offer, and reuses it for the same one', () => {
    expect(changes([], '1.0.0', 2)).toEqual(['open firmware 2']);
    expect(changes([row()], '1.0.0', 2)).toEqual(['hear 1']);
    expect(changes([], '3.0.0')).toEqual([]);
  });

  it('closes the row of another target', () => {
    expect(changes([row()], '1.0.0', 3)).toEqual([
      'fail 1: superseded by 3.0.0',
      'open firmware 3',
    ]);
  });

  it('confirms at the target version, whatever had been reported', () => {
    for (const status of ['pending', 'downloading', 'installing', 'success'] as const) {
      expect(changes([row({ status })], '2.0.0', 3)).toEqual(['confirm 1', 'open firmware 3']);
    }
    expect(changes([row()], '2.0.0', undefined, 1)).toEqual(['confirm 1']);
    expect(changes([row()], '2.0.0', undefined, 9)).toEqual([]);
  });

  it('confirms rather than calls silent', () => {
    expect(changes([row({ updated_at: NOW - 48 * HOUR })], '2.0.0')).toEqual(['confirm 1']);
  });

  it('takes back a success that the old version contradicts', () => {
    const said = row({ status: 'success' });
    expect(changes([said], '1.0.0', 2)).toEqual(['rollBack 1', 'open firmware 2']);
    expect(changes([said], 'v1', 2)).toEqual(['rollBack 1', 'open firmware 2']);
    expect(changes([row({ status: 'success', from_version: null })], '1.5.0')).toEqual([
      'rollBack 1',
    ]);
  });

  it('leaves a success alone where the device runs a third version', () => {
    expect(changes([row({ status: 'success' })], '3.0.0')).toEqual([]);
    expect(changes([row({ status: 'success', from_version: 'junk' })], '3.0.0')).toEqual([]);
  });

  it('does not take a check at the old version for a failure: a power cut looks so', () => {
    for (const status of ['downloading', 'installing'] as const) {
      expect(changes([row({ status })], '1.0.0', 2)).toEqual(['hear 1']);
      expect(changes([row({ status })], '1.0.0')).toEqual([]);
    }
  });

  it('fails a row that was silent for the whole time, and opens another', () => {
    const silent = row({ status: 'downloading', updated_at: NOW - 24 * HOUR });
    expect(changes([silent], '1.0.0', 2)).toEqual([
      'fail 1: not heard since 2026-01-02T00:00:00.000Z',
      'open firmware 2',
    ]);
    expect(changes([row({ updated_at: NOW - 24 * HOUR + 1 })], '1.0.0', 2)).toEqual(['hear 1']);
  });

  it('proves in a new row what a failed one denies', () => {
    for (const status of ['failed', 'rolled_back'] as const) {
      expect(changes([row({ status })], '2.0.0')).toEqual(['prove firmware 2']);
      expect(changes([row({ status })], '1.0.0')).toEqual([]);
    }
    const proven = row({ id: 2, status: 'success', confirmed_at: NOW });
    expect(changes([row({ status: 'failed' }), proven], '2.0.0')).toEqual([]);
  });

  it('knows what to do with rows of firmware that this type does not have', () => {
    expect(changes([row({ firmware_id: 99 })], '1.0.0', 2)).toEqual([
      'fail 1: superseded by 2.0.0',
      'open firmware 2',
    ]);
    expect(changes([row({ firmware_id: null, status: 'failed' })], '1.0.0', 2)).toEqual([
      'open firmware 2',
    ]);
  });
});

describe('mayPrecede', () => {
  it('lets reports only go forward', () => {
    const table = Object.fromEntries(DEVICE_STATUSES.map((s) => [s, mayPrecede(s)]));
    const open = ['pending', 'downloading', 'installing'];
    expect(table).toEqual({
      pending: ['pending'],
      downloading: ['pending', 'downloading'],
      installing: open,
      success: open,
      failed: open,
      rolled_back: open,
    });
    expect(DEVICE_STATUSES.filter(isFinal)).toEqual(['success', 'failed', 'rolled_back']);
  });
});
