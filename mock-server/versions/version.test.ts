import { describe, expect, it } from 'vitest';
import { compareVersions, parseVersion, SEMVER, versionKey } from './version.ts';

const read = (text: string) => {
  const version = parseVersion(text);
  if (!version) throw new Error(`not a version: ${text}`);
  return version;
};
const order = (a: string, b: string) => Math.sign(compareVersions(read(a), read(b)));

/** Each older than the next. */
function expectAscending(list: readonly string[]) {
  for (let i = 0; i < list.length; i += 1) {
    for (let j = 0; j < list.length; j += 1) {
      expect([list[i], list[j], order(list[i]!, list[j]!)]).toEqual([
        list[i],
        list[j],
        Math.sign(i - j),
      ]);
    }
  }
}

describe('compareVersions', () => {
  it('has the precedence of semver.org §11', () => {
    expectAscending(['1.0.0', '2.0.0', '2.1.0', '2.1.1']);
    expectAscending([
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
    ]);
  });

  it('orders numbers by value, at any length, and text by ASCII', () => {
    expectAscending(['1.9.0', '1.10.0', '1.99999999999999999998.0', '1.99999999999999999999.0']);
    expectAscending(['1.0.0-9007199254740992', '1.0.0-9007199254740993', '1.0.0-A', '1.0.0-a']);
    expectAscending(['1.0.0--', '1.0.0-0a']);
    expectAscending(['1.0.0-7', '1.0.0-10', '1.0.0--a']);
  });

  it('ignores build metadata', () => {
    expect(order('1.0.0+a', '1.0.0+b.2')).toBe(0);
    expect(order('1.0.0-rc.1+5', '1.0.0-rc.1')).toBe(0);
  });

  it('ranks a described commit after its tag and before the next', () => {
    expectAscending([
      'v1.2.0-rc.1',
      'v1.2.0-rc.1-4-gabcdef0',
      'v1.2.0-rc.2',
      'v1.2.0',
      'v1.2.0-dirty',
      'v1.2.0-3-gabcdef0',
      'v1.2.0-3-gabcdef0-dirty',
      'v1.2.0-20-g1234567',
      'v1.2.1-alpha',
      'v1.2.1',
    ]);
  });
});

describe('versionKey', () => {
  it.each([
    ['1.0.0', 'v1', true],
    ['1.0.0+5', '1.0.0', true],
    ['1.0.0-3-gABCDEF0', 'v1-3-gabcdef0', true],
    ['1.0.0-3-gabcdef0', '1.0.0-3-gabcdef1', false],
    ['1.0.0', '1.0.0-dirty', false],
    ['1.0.0', '1.0.0-rc', false],
    ['1.0.0-a.b', '1.0.0-a-b', false],
  ])('%s and %s: %s', (a, b, same) => {
    expect(versionKey(read(a)) === versionKey(read(b))).toBe(same);
  });
});

describe('parseVersion', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['v1.2.3', '1.2.3'],
    ['V1.2.3', '1.2.3'],
    [' 1.2.3\n', '1.2.3'],
    ['1.2', '1.2.0'],
    ['7', '7.0.0'],
    ['v2-rc.1', '2.0.0-rc.1'],
    ['1.2+build', '1.2.0'],
  ])('takes %j for %s', (text, same) => {
    expect(read(text)).toEqual(read(same));
  });

  it('reads git describe', () => {
    expect(read('v5.1-beta.2-17-gdeadBEEF-dirty')).toEqual({
      core: ['5', '1', '0'],
      pre: ['beta', '2'],
      ahead: 17,
      commit: 'deadbeef',
      dirty: true,
    });
  });

  it.each([
    '',
    'v',
    'unknown',
    'a1b2c3d',
    'a1b2c3d-dirty',
    '-dirty',
    '1.2.3.4',
    '01.2.3',
    '1.02.3',
    '1.2.3-01',
    '1.2.3-',
    '1.2.3+',
    '1.2.3-a..b',
    '1..3',
    '.1.2',
    '1.',
    '-1.2.3',
    '1.2.3 beta',
    'vv1.2.3',
    '1.2.3\0',
    '٣.0.0',
    `1.0.0-${'a'.repeat(300)}`,
  ])('does not read %j', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  it('answers at once, whatever it is given', () => {
    for (const text of ['-'.repeat(250), '1.'.repeat(120), `1.0.0-${'0-'.repeat(120)}!`]) {
      expect(parseVersion(text)).toBeUndefined();
    }
  });
});

/** The lists that semver.org gives with its grammar. */
const VALID = `0.0.4 1.2.3 10.20.30 1.1.2-prerelease+meta 1.1.2+meta 1.1.2+meta-valid 1.0.0-alpha 1.0.0-beta 1.0.0-alpha.beta
1.0.0-alpha.beta.1 1.0.0-alpha.1 1.0.0-alpha0.valid 1.0.0-alpha.0valid
1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay 1.0.0-rc.1+build.1 2.0.0-rc.1+build.123 1.2.3-beta
10.2.3-DEV-SNAPSHOT 1.2.3-SNAPSHOT-123 1.0.0 2.0.0 1.1.7 2.0.0+build.1848 2.0.1-alpha.1227 1.0.0-alpha+beta
1.2.3----RC-SNAPSHOT.12.9.1--.12+788 1.2.3----R-S.12.9.1--.12+meta 1.2.3----RC-SNAPSHOT.12.9.1--.12
1.0.0+0.build.1-rc.10000aaa-kk-0.1 99999999999999999999999.999999999999999999.99999999999999999 1.0.0-0A.is.legal`;
const INVALID = `1 1.2 1.2.3-0123 1.2.3-0123.0123 1.1.2+.123 +invalid -invalid -invalid+invalid -invalid.01 alpha alpha.beta
alpha.beta.1 alpha.1 alpha+beta alpha_beta alpha. alpha.. beta 1.0.0-alpha_beta -alpha. 1.0.0-alpha.. 1.0.0-alpha..1
1.0.0-alpha...1 1.0.0-alpha....1 01.1.1 1.01.1 1.1.01 1.2.3.DEV 1.2-SNAPSHOT 1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788
1.2-RC-SNAPSHOT -1.0.3-gamma+b7718 +justmeta 9.8.7+meta+meta 9.8.7-whatever+meta+meta
99999999999999999999999.999999999999999999.99999999999999999----RC-SNAPSHOT.12.09.1--------------------------------..12`;

describe('SEMVER', () => {
  it.each(VALID.split(/\s+/))('takes %s', (text) => {
    expect(SEMVER.test(text)).toBe(true);
    expect(parseVersion(text)).toBeDefined();
  });

  it.each(INVALID.split(/\s+/))('refuses %s', (text) => {
    expect(SEMVER.test(text)).toBe(false);
  });
});
