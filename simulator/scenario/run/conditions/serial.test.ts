import { expect, it } from 'vitest';
import { Uart } from '../../../board/uart.ts';
import { CONDITIONS } from '../../language/conditions.ts';
import type { ScenarioBench } from '../bench.ts';
import { SerialSearches } from './serial.ts';

const NAMES = { boards: ['a', 'b'], groups: new Map([['all', ['a', 'b']]]), images: [] };

/** Two boards that have printed nothing yet, and a scenario that expects one sentence, or waits for it. */
function searching(sentence: string, where: 'expect' | 'timeline' = 'expect') {
  const condition = CONDITIONS.read(sentence, NAMES);
  const ports = { a: new Uart(), b: new Uart() };
  const searches = new SerialSearches({
    world: { board: (name: 'a' | 'b') => ({ name, uart: ports[name] }) },
    scenario: {
      expect: where === 'expect' ? [{ condition }] : [],
      timeline: where === 'timeline' ? [{ trigger: { when: 'condition', condition } }] : [],
    },
  } as unknown as ScenarioBench);
  const print = (board: 'a' | 'b', text: string) =>
    ports[board].transmit(0, new TextEncoder().encode(`${text}\n`));
  if (condition.is !== 'serial') throw new Error('that is about something else');
  return { print, ask: () => searches.ask(condition) };
}

it('a line counts that the log of its board has long let go', () => {
  const { print, ask } = searching('serial a never matches /lost/');
  print('a', 'the key is lost');
  for (let i = 0; i < new Uart().keep + 1; i++) print('a', `all is well ${i}`);
  expect(ask()).toEqual({ ok: false, seen: 'a printed "the key is lost"' });
});

it('each of several boards must have printed it', () => {
  const { print, ask } = searching('serial all matches /up/', 'timeline');
  print('a', 'up');
  expect(ask()).toEqual({ ok: false, seen: 'b printed no such line' });
  print('b', 'up again');
  expect(ask().ok).toBe(true);
});
