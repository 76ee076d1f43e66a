import { expect, it } from 'vitest';
import { lasting } from './open-faults.ts';

it.each([
  ['server down for 30s', 30e6],
  ['link a b loses 30% for 1.5min', 90e6],
  ['break link a b for 500us', 500],
  ['server fault drip 1 every 1s for 5min', 300e6],
  ['cut power a for 5s (at 3 % of it)', 5e6],
  ['cut power a', undefined],
  ['note "waits for 3s"', undefined],
])('%s lasts %s µs', (text, us) => expect(lasting(text)).toBe(us));
