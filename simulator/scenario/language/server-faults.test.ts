import { describe, expect, it, test } from 'vitest';
import { faultPlanSchema, faults } from '../../../mock-server/index.ts';
import type { Action } from './actions.ts';
import { ACTIONS } from './actions.ts';
import type { SentenceError } from './grammar.ts';
import { PRESETS } from './server-faults.ts';
import type { Names } from './slots.ts';

const NAMES: Names = { boards: ['pir'], groups: new Map(), images: [], plans: ['hotel'] };
const read = (sentence: string) => ACTIONS.read(sentence, NAMES);
const planOf = (sentence: string) =>
  (read(sentence) as Extract<Action, { do: 'server-fault' }>).plan;

/** What a person writes in the slots of each type. */
const WORDS: Record<string, string> = {
  spot: 'headers',
  duration: '2s',
  number: '200',
  integer: '-3',
  text: '"x/y"',
};

/** A sentence with everything that a form takes: each slot filled, of alternatives the first. */
function sample(form: string): string {
  return form
    .replaceAll(/\{(?:\w+:)?(\w+)\}/g, (_, type: string) => WORDS[type]!)
    .replaceAll(/[[\]]/g, '')
    .replaceAll(/(\w+)(?:\|\w+)+/g, '$1');
}

describe('every preset', () => {
  it.each(PRESETS.map(({ form }) => form))('%s: can be said in full, and is a plan', (form) => {
    const plan = planOf(`server fault ${sample(form)} on any with chance 20% 3 times for 5min`);
    expect(faultPlanSchema.safeParse(plan).success).toBe(true);
    expect(plan.name).toBe(form.split(' ')[0]);
    expect(plan.when).toEqual({ path: '*' });
    expect(plan.count).toMatchObject({ probability: 0.2, first: 3 });
  });

  it('of the server has its sentence, but for those of uploads, which no board makes', () => {
    const snake = (name: string) =>
      name.replaceAll(/[A-Z]|(?<=[a-z])(?=\d)/g, (letter) => `_${letter.toLowerCase()}`);
    const said = PRESETS.map(({ form }) => form.split(' ')[0]!);
    const known = Object.keys(faults).map(snake);
    expect(new Set([...said, 'disk_full', 'abort_upload'])).toEqual(new Set(known));
    expect(said.length).toBe(known.length - 2);
  });
});

test.each([
  ['server fault ignore_range', { when: { route: 'download' }, count: {} }],
  ['server fault reset_after -1', { do: [{ fault: 'reset_after', at: -1 }] }],
  ['server fault reset_after head:12', { do: [{ fault: 'reset_after', at: { head: 12 } }] }],
  ['server fault stall_after headers 90s', { do: [{ fault: 'stall_after', seconds: 90 }] }],
  ['server fault html_200 on pending', { when: { route: 'pending' } }],
  ['server fault chunked 3 times', { do: [{ fault: 'chunked' }], count: { first: 3 } }],
  ['server fault clock_skew 1h behind', { do: [{ fault: 'clock', offset_s: -3600 }] }],
  ['server fault status_500 2 times', { when: { route: 'report' }, count: { first: 2 } }],
])('%s', (sentence, plan) => {
  expect(planOf(sentence)).toMatchObject(plan);
});

test('a plan of the file by name', () => {
  expect(read('server fault plan hotel for 1min')).toEqual({
    do: 'server-plan',
    plan: 'hotel',
    forUs: 60_000_000,
  });
});

test.each([
  ['server fault reset_aftr 3', 13, 'reset_aftr is not expected here; did you mean reset_after?'],
  ['server fault reset_after', 24, 'something is missing at the end: a place in the answer'],
  [
    'server fault reset_after soon',
    25,
    'soon is no place in an answer: write a byte of its body (-1 is the last), head:12, answer:12, status_line, headers or first_1024',
  ],
  [
    'server fault gzip on downloads',
    21,
    'there is no route downloads: write download, check, status, upload, pending, progress, report, any',
  ],
  ['server fault plan hotl', 18, 'there is no plan hotl; did you mean hotel?'],
  ['server fault shed_downloads with 99', 13, 'status: Too small: expected number to be >=200'],
])('%s is refused where it is wrong', (sentence, at, message) => {
  let refused: SentenceError | undefined;
  try {
    read(sentence);
  } catch (error) {
    refused = error as SentenceError;
  }
  expect([refused?.message, refused?.at]).toEqual([message, at]);
});

test('one that does not exist is answered with all that do', () => {
  const names = PRESETS.map(({ form }) => form.split(' ')[0]!);
  expect(() => read('server fault qqqqqqqqqqqqqq')).toThrow(
    new RegExp(`${names.slice(0, 5).join(', ')}, .*${names.at(-1)}`),
  );
});
