import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { readScenario } from './check.ts';
import { ScenarioError } from './problem.ts';
import { scenarioJsonSchema } from './schema.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const BASE = readFileSync(join(FIXTURES, 'base.yaml'), 'utf8');

/** What is wrong in a text, one line each. */
function refusal(text: string, name: string): string {
  try {
    readScenario(text, name);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  return '';
}

describe('every file of the folder of invalid ones', () => {
  // Each differs from base.yaml in one thing; invalid.txt says where it is found and in which words.
  const expected = readFileSync(join(FIXTURES, 'invalid.txt'), 'utf8').trimEnd().split('\n');
  const files = readdirSync(join(FIXTURES, 'invalid'));

  it('has its sentences', () => {
    expect(new Set(expected.map((line) => line.split(':')[0]))).toEqual(new Set(files));
    expect(files.length).toBeGreaterThan(40);
  });

  it.each(files)('%s is refused, by line and column', (file) => {
    const text = readFileSync(join(FIXTURES, 'invalid', file), 'utf8');
    const wanted = expected.filter((line) => line.startsWith(`${file}:`));
    expect(refusal(text, file)).toBe(wanted.join('\n'));
  });

  it('says nothing of the file that they are made from', () => {
    expect(refusal(BASE, 'base.yaml')).toBe('');
  });
});

test('boards of an entry with a count have numbers, and are a group', () => {
  const scenario = readScenario(BASE, 'base.yaml');
  expect(scenario.boards.map(({ name }) => name)).toEqual(['gateway', 'pir-1', 'pir-2']);
  expect(scenario.groups.get('pir')).toEqual(['pir-1', 'pir-2']);
  expect(scenario.groups.get('all')).toEqual(['gateway', 'pir-1', 'pir-2']);
  expect([...scenario.images.keys()]).toEqual(['pir-1.1.0', 'gateway:first', 'pir:first']);
});

test('what is left out has its default', () => {
  const { file, limitUs, settleUs } = readScenario(BASE, 'base.yaml');
  expect([file.seed, file.topology, limitUs, settleUs]).toEqual([
    '1',
    { layout: 'star' },
    1_800_000_000,
    10_000_000,
  ]);
});

test('no text makes it throw anything but its own error', () => {
  // Every line of the base file gone, doubled, cut short, indented, and each of its characters replaced by a hostile one.
  const lines = BASE.split('\n');
  const texts = lines.flatMap((line, i) =>
    [
      [],
      [line, line],
      [line.slice(0, line.length / 2)],
      [`  ${line}`],
      [`${line} &a *a`],
      [line.replace(':', '')],
    ].map((instead) => lines.toSpliced(i, 1, ...instead).join('\n')),
  );
  for (let i = 0; i < BASE.length; i += 3) {
    for (const odd of ['\0', '"', '{', '- ', '\t', '💥', '!!js/function ']) {
      texts.push(BASE.slice(0, i) + odd + BASE.slice(i + 1));
    }
  }
  for (const text of texts) expect(typeof refusal(text, 'x')).toBe('string');
});

test('the JSON Schema for editors names every key', () => {
  const schema = scenarioJsonSchema() as {
    properties: Record<string, unknown>;
    additionalProperties: boolean;
    required: string[];
  };
  expect(schema.required).toEqual(['name', 'boards', 'expect']);
  expect(schema.additionalProperties).toBe(false);
  expect(Object.keys(schema.properties)).toContain('timeline');
});
