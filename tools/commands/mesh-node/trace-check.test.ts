import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTrace } from './trace-check.ts';

const DIR = fileURLToPath(new URL('../../../test/fixtures/mesh/', import.meta.url));
const read = (name: string) => readFileSync(DIR + name, 'utf8');
const OTA = read('c_ota_20k_1024.jsonl');
const messages = (content: string) => checkTrace(content).problems.map(({ message }) => message);

describe('recorded traces of the library', () => {
  it.each(readdirSync(DIR).filter((name) => name.endsWith('.jsonl')))('%s is in order', (name) => {
    expect(checkTrace(read(name)).problems).toEqual([]);
  });

  it('are summed up', () => {
    const report = checkTrace(OTA);
    expect(report.nodes).toEqual([1001, 1002]);
    expect(report.types.get(12)!.frames).toBe(20);
    expect(report.transfers).toEqual([
      {
        md5: '09297934346b1ffc7a7b471d51d4c54c',
        receiver: 1002,
        parts: 20,
        received: 20,
        whole: true,
      },
    ]);
  });
});

describe('what is wrong is named with its line', () => {
  const part = OTA.split('\n').findIndex((line) => line.includes('\\"type\\":12'));
  const change = (from: RegExp | string, to: string) =>
    OTA.split('\n')
      .map((line, i) => (i === part ? line.replace(from, to) : line))
      .join('\n');

  it('a changed byte of an image', () => {
    const broken = change(/(data\\":\\"...)./, '$1/');
    expect(messages(broken)).toEqual([expect.stringMatching(/MD5 is not the announced/)]);
  });

  it.each<[string, string, RegExp]>([
    ['a line that is none', change(/^\{/, '['), /is no line of a trace/],
    ['a wrong field', change('\\"noPart\\":20', '\\"noPart\\":\\"20\\"'), /OTA data: noPart: /],
    ['a part beyond the end', change('\\"noPart\\":20', '\\"noPart\\":0'), /noPart/],
    ['an unknown type', change('\\"type\\":12', '\\"type\\":7'), /type 7 is not one of/],
    ['a frame that is no JSON', change('"frame": "{', '"frame": "'), /no JSON object/],
    ['time that runs back', change(/"t_ms": [\d.]+/, '"t_ms": 1'), /earlier than the line before/],
  ])('%s', (_, content, expected) => {
    const { problems } = checkTrace(content);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]!.line).toBe(part + 1);
    expect(problems[0]!.message).toMatch(expected);
  });

  it('a link that nobody opened, or that begins with anything but a node sync', () => {
    const [connect, hello, ...rest] = OTA.split('\n');
    expect(messages([hello, ...rest].join('\n'))[0]).toMatch(/link that is not open/);
    expect(messages([connect, ...rest].join('\n'))[0]).toMatch(/first frame of a link/);
  });

  it('nothing at all', () => {
    expect(messages('\n\n')).toEqual(['the trace is empty']);
  });

  it('survives anything', () => {
    const lines = OTA.split('\n').slice(0, 30);
    const piece = fc.oneof(fc.constantFrom(...lines), fc.json(), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        expect(checkTrace(pieces.join('\n')).problems.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 300 },
    );
  });
});
