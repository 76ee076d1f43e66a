import { expect, it } from 'vitest';
import { namesNode } from './node-name.ts';

it.each([
  ['281a2b01', '281a2b01', true],
  ['281A2B01', '281a2b01', true],
  ['0x281a2b01', '281a2b01', true],
  ['672803585', '281a2b01', true],
  ['672803586', '281a2b01', false],
  ['281a2b02', '281a2b01', false],
  ['kitchen', 'kitchen', true],
  ['kitchen', '281a2b01', false],
  ['', '0', false],
])('an order for %j names the node that reports as %j: %s', (target, reported, same) => {
  expect(namesNode(target, reported)).toBe(same);
});
