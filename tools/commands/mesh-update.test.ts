import { describe, expect, it } from 'vitest';
import type { Firmware, Update } from '../client/index.ts';
import { latestStable } from './mesh-update.ts';
import { statusOf, updateTable, updateText } from './mesh-update-text.ts';
import { exitCodeOf } from './mesh-watch.ts';

const firmware = (id: number, version: string, is_stable = true) =>
  ({ id, version, is_stable }) as Firmware;

describe('--latest', () => {
  it('is the stable one of the highest version, not the newest', () => {
    const all = [
      firmware(5, '1.9.0'),
      firmware(4, '2.0.0', false),
      firmware(3, '1.10.0'),
      firmware(2, '1.10.0-rc.1'),
    ];
    expect(latestStable(all)?.id).toBe(3);
    expect(latestStable(all.slice(1, 2))).toBeUndefined();
    expect(latestStable([])).toBeUndefined();
  });
});

const update: Update = {
  id: 7,
  firmware_id: 1,
  node_type: 'pir',
  version: '1.1.0',
  hardware: 'ESP32',
  target_node_id: null,
  target_node_type: 'pir',
  status: 'completed',
  verified: false,
  force_update: false,
  error_message: null,
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: null,
  completed_at: null,
  nodes: [],
};
const node = {
  node_id: 'abc',
  status: 'failed' as const,
  current_part: 3,
  total_parts: 4,
  running_version: null,
  running_md5: null,
  error_message: 'gone \u001b[31m',
  started_at: null,
  completed_at: null,
};

describe('an update', () => {
  it.each([
    ['completed', true, 'completed', 0],
    ['completed', false, 'sent, not confirmed', 3],
    ['failed', false, 'failed', 1],
    ['cancelled', false, 'cancelled', 4],
    ['pending', false, 'pending', undefined],
    ['in_progress', false, 'in_progress', undefined],
  ] as const)('%s, verified %s, reads %j and ends with %s', (status, verified, text, code) => {
    expect(statusOf({ status, verified })).toBe(text);
    expect(exitCodeOf({ status, verified })).toBe(code);
  });

  it('is a line in a list, and its nodes are a table', () => {
    const [titles, line] = updateTable([{ ...update, nodes: [node] }]);
    expect(titles).toMatch(/^id +node type +version/);
    expect(line).toMatch(
      /^ *7 +pir +1\.1\.0 +all +sent, not confirmed +0\/1 +2026-01-01 00:00:00$/,
    );
    const text = updateText({ ...update, nodes: [node] }).join('\n');
    expect(text).toMatch(/^abc +failed +3\/4 +– +– +gone/m);
    expect(text).not.toContain('\u001b');
  });
});
