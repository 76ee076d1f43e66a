import { expect, it } from 'vitest';
import { testAir } from '../../net/testing.ts';
import { DEFAULT_LINK } from '../../net/wifi-medium.ts';
import { LinkTroubles } from './link-troubles.ts';

function links() {
  const { medium } = testAir();
  return { medium, troubles: new LinkTroubles(medium) };
}

it('ends each trouble alone; of two at once the worse figures hold', () => {
  const { medium, troubles } = links();
  const endLoss = troubles.add('a', 'b', { loss: 0.2 });
  const endBreak = troubles.add('a', 'b', { down: true });
  const endMore = troubles.add('b', 'a', { loss: 0.1, jitter: 5000 });
  expect(medium.isDown('a', 'b')).toBe(true);
  endBreak();
  expect(medium.isDown('b', 'a')).toBe(false);
  expect(medium.link('a', 'b')).toEqual({ ...DEFAULT_LINK, loss: 0.2, jitter: 5000 });
  endLoss();
  endLoss();
  expect(medium.link('b', 'a')).toEqual({ ...DEFAULT_LINK, loss: 0.1, jitter: 5000 });
  endMore();
  expect(medium.link('a', 'b')).toEqual(DEFAULT_LINK);
});

it('breaks one direction, and heals both with all that was between the two', () => {
  const { medium, troubles } = links();
  const end = troubles.add('a', 'b', { down: true }, true);
  troubles.add('b', 'c', { down: true });
  expect([medium.isDown('a', 'b'), medium.isDown('b', 'a')]).toEqual([true, false]);
  troubles.heal('b', 'a');
  end();
  expect([medium.isDown('a', 'b'), medium.isDown('c', 'b')]).toEqual([false, true]);
});

it('refuses figures that make no sense, and then changes nothing', () => {
  const { medium, troubles } = links();
  expect(() => troubles.add('a', 'b', { loss: 2 })).toThrow(RangeError);
  expect(medium.link('a', 'b')).toEqual(DEFAULT_LINK);
});
