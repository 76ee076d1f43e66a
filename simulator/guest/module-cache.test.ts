import { expect, it } from 'vitest';
import { knownBytes } from '../board/known-bytes.ts';
import { compileGuest } from './module-cache.ts';

/** A module with nothing in it but a custom section of one byte. */
const guest = (byte: number) => Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 0, 2, 0, byte);

it('compiles the same bytes once, whatever else is read meanwhile', () => {
  const module = compileGuest(guest(1));
  for (let i = 0; i < 200; i++) knownBytes(Uint8Array.of(i, 1, 2, 3));
  expect(compileGuest(guest(1))).toBe(module);
  expect(compileGuest(guest(2))).not.toBe(module);
});

it('says of what is no module that it is none, each time', () => {
  for (let i = 0; i < 2; i++) {
    expect(() => compileGuest(Uint8Array.of(1, 2, 3))).toThrow(WebAssembly.CompileError);
  }
});
