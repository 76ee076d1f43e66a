import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceFirmwareRow } from '../store/schema.ts';
import { compareVersions, parseVersion } from '../versions/version.ts';
import { readCatalog } from './catalog.ts';
import { type Decision, decide, type Running, runs } from './offer.ts';

type Spec = [string, Partial<DeviceFirmwareRow>?];

let nextId = 1;
const row = ([version, more = {}]: Spec): DeviceFirmwareRow => ({
  id: nextId++,
  device_type: 'scales',
  version,
  build_number: 1,
  filename: 'f.bin',
  file_size: 10,
  file_hash: '',
  md5_hash: '',
  binary_path: '',
  is_stable: 1,
  is_active: 1,
  min_current_version: null,
  description: null,
  image: null,
  created_at: 0,
  updated_at: 0,
  released_at: null,
  ...more,
});
const catalogOf = (specs: Spec[]) => readCatalog(specs.map(row));
const at = (version: string, build?: number): Running => ({
  version: parseVersion(version)!,
  build,
});
const said = (decision: Decision) =>
  decision.kind === 'none'
    ? decision.reason
    : `${decision.downgrade ? 'down to ' : ''}${decision.release.row.version} b${decision.release.row.build_number}`;
const offer = (specs: Spec[], running: Running) => said(decide(catalogOf(specs), running));

const WALK: Spec[] = [
  ['1.0.0'],
  ['2.0.0', { min_current_version: '1.0.0' }],
  ['3.0.0', { min_current_version: '2.0.0' }],
];
const off = { is_active: 0 } as const;
const beta = { is_stable: 0 } as const;

describe('decide', () => {
  it.each<[string, Spec[], Running, string]>([
    ['nothing there', [], at('1.0.0'), 'no stable, active firmware for this device type'],
    ['the newest by precedence', [['1.10.0'], ['1.9.0'], ['1.2.0']], at('1.0.0'), '1.10.0 b1'],
    ['up to date', [['1.0.0']], at('1.0.0'), 'up to date'],
    ['ahead of all', [['1.0.0']], at('2.0.0'), 'up to date'],
    ['a release after its candidate', [['1.0.0']], at('1.0.0-rc.1'), '1.0.0 b1'],
    ['no candidate after its release', [['1.0.0-rc.1']], at('1.0.0'), 'up to date'],
    ['no beta', [['2.0.0', beta]], at('1.0.0'), 'no stable, active firmware for this device type'],
    ['nothing withdrawn', [['1.1.0'], ['2.0.0', off]], at('1.0.0'), '1.1.0 b1'],
    ['a later build', [['1.0.0', { build_number: 2 }]], at('1.0.0', 1), '1.0.0 b2'],
    ['no earlier build', [['1.0.0', { build_number: 2 }]], at('1.0.0', 3), 'up to date'],
    ['no build to who names none', [['1.0.0', { build_number: 2 }]], at('1.0.0'), 'up to date'],
    [
      'the last build',
      [
        ['1.1.0', { build_number: 3 }],
        ['1.1.0', { build_number: 12 }],
      ],
      at('1.0.0', 99),
      '1.1.0 b12',
    ],
    ['a walk, first step', WALK, at('1.0.0'), '2.0.0 b1'],
    ['a walk, second step', WALK, at('2.0.0'), '3.0.0 b1'],
    ['a walk, over', WALK, at('3.0.0'), 'up to date'],
    [
      'a walk with no first step',
      [['3.0.0', { min_current_version: '2.0.0' }]],
      at('1.0.0'),
      '3.0.0 needs 2.0.0 or newer first, and nothing offered leads there',
    ],
    ['a described commit as after its tag', [['1.2.0']], at('v1.2.0-3-gabcdef0'), 'up to date'],
    ['the next tag to a described commit', [['1.2.1']], at('v1.2.0-3-gabcdef0-dirty'), '1.2.1 b1'],
    ['a short version', [['1.2.1']], at('v1.2'), '1.2.1 b1'],
  ])('%s', (_name, specs, running, expected) => {
    expect(offer(specs, running)).toBe(expected);
  });

  it.each<[string, Spec[], Running, string]>([
    ['down', [['1.0.0'], ['1.1.0'], ['2.0.0', off]], at('2.0.0'), 'down to 1.1.0 b1'],
    ['up rather than down', [['1.0.0'], ['2.0.0', off], ['2.0.1']], at('2.0.0'), '2.0.1 b1'],
    [
      'not to another commit as far from the tag, which is no older',
      [['1.0.0'], ['2.0.0-3-gaaaaaaa', off], ['2.0.0-3-gbbbbbbb']],
      at('2.0.0-3-gaaaaaaa'),
      'down to 1.0.0 b1',
    ],
    [
      'not to a beta',
      [
        ['1.0.0', beta],
        ['2.0.0', off],
      ],
      at('2.0.0'),
      'no stable, active firmware for this device type',
    ],
    ['not from an active version', [['1.0.0'], ['2.0.0', beta]], at('2.0.0'), 'up to date'],
    ['not from an unknown version', [['1.0.0'], ['2.0.0', off]], at('2.0.1'), 'up to date'],
    [
      'down by builds',
      [
        ['2.0.0', { build_number: 1 }],
        ['2.0.0', { build_number: 2, ...off }],
      ],
      at('2.0.0', 2),
      'down to 2.0.0 b1',
    ],
    [
      'not while another build of its version stands and it names none',
      [['1.0.0'], ['2.0.0', { build_number: 1 }], ['2.0.0', { build_number: 2, ...off }]],
      at('2.0.0'),
      'up to date',
    ],
  ])('withdrawn: %s', (_name, specs, running, expected) => {
    expect(offer(specs, running)).toBe(expected);
  });

  it('is the plain reading of its rules, for any catalog', () => {
    const version = fc
      .tuple(fc.nat(2), fc.nat(2), fc.constantFrom('', '-a', '-b'))
      .map(([a, b, pre]) => `${a}.${b}.0${pre}`);
    const spec = fc.tuple(
      version,
      fc.record({
        build_number: fc.integer({ min: 1, max: 2 }),
        is_stable: fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>,
        is_active: fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>,
        min_current_version: fc.option(version),
      }),
    );
    fc.assert(
      fc.property(fc.array(spec), version, fc.option(fc.nat(3)), (specs, current, build) => {
        const running = at(current, build ?? undefined);
        const decision = decide(catalogOf(specs), running);
        const { byId } = catalogOf(specs);
        const order = (a: string, b: string) => compareVersions(parseVersion(a)!, parseVersion(b)!);
        const eligible = [...byId.values()]
          .map((r) => r.row)
          .filter((r) => r.is_stable && r.is_active)
          .filter((r) => order(r.min_current_version ?? '0.0.0-0', current) <= 0);
        const side = (r: DeviceFirmwareRow) =>
          order(r.version, current) || (build === null ? 0 : r.build_number - build);
        const newer = eligible.filter((r) => side(r) > 0);
        if (decision.kind === 'offer' && !decision.downgrade) {
          const { row: chosen } = decision.release;
          expect(side(chosen)).toBeGreaterThan(0);
          for (const other of newer) {
            const better =
              order(other.version, chosen.version) || other.build_number - chosen.build_number;
            expect(better).toBeLessThanOrEqual(0);
          }
        } else {
          expect(newer).toEqual([]);
        }
        if (decision.kind === 'offer' && decision.downgrade) {
          expect(side(decision.release.row)).toBeLessThan(0);
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});

describe('runs', () => {
  it('compares version and, where given, build', () => {
    const [release] = [...catalogOf([['1.2.0', { build_number: 7 }]]).byId.values()];
    expect(runs(at('v1.2'), release!)).toBe(true);
    expect(runs(at('1.2.0', 7), release!)).toBe(true);
    expect(runs(at('1.2.0', 6), release!)).toBe(false);
    expect(runs(at('1.2.0-dirty'), release!)).toBe(false);
  });
});
