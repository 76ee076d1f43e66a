import { expect, it } from 'vitest';
import { guestExports } from './guest-exports.ts';

it('a module that is no guest, or one of another release, is refused by what it lacks', () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(empty));
  expect(() => guestExports(instance)).toThrow(WebAssembly.LinkError);
  expect(() => guestExports(instance)).toThrow(/does not have memory, .*build it again/);
});
