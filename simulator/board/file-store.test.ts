import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileStore } from './file-store.ts';
import { NorFlash } from './nor-flash.ts';

const SIZE = 16_384;

function formatted(flash = new NorFlash(SIZE)): FileStore {
  const store = new FileStore(flash);
  if (!store.mount()) store.format();
  return store;
}

describe('FileStore', () => {
  it('does not mount an erased partition, and keeps files over a remount', () => {
    const flash = new NorFlash(SIZE);
    expect(new FileStore(flash).mount()).toBe(false);
    const store = formatted(flash);
    expect(store.write('/a.json', Uint8Array.of(1, 2))).toBe(true);
    expect(store.write('/b', new Uint8Array(0))).toBe(true);
    expect(store.rename('/b', '/c')).toBe(true);
    const again = formatted(flash);
    expect(again.paths()).toEqual(['/a.json', '/c']);
    expect(again.read('/a.json')).toEqual(Uint8Array.of(1, 2));
  });

  it('begins as SPIFFS does: formats an erased partition only where asked to', () => {
    const store = new FileStore(new NorFlash(SIZE));
    expect(store.begin(false)).toBe(false);
    expect(store.mounted).toBe(false);
    expect(store.begin(true)).toBe(true);
    expect(store.write('/a', Uint8Array.of(1))).toBe(true);
    expect(store.begin(true)).toBe(true);
    expect(store.paths()).toEqual(['/a']);
  });

  it('refuses what does not fit and keeps what it has', () => {
    const store = formatted();
    store.write('/keep', Uint8Array.of(9));
    expect(store.write('/big', new Uint8Array(SIZE))).toBe(false);
    expect(store.write(`/${'x'.repeat(40)}`, Uint8Array.of(1))).toBe(false);
    expect(store.remove('/nothing')).toBe(false);
    expect(store.paths()).toEqual(['/keep']);
  });

  it('leaves old or new content when the power fails at any flash operation', () => {
    const step = fc.record({
      path: fc.constantFrom('/a', '/b', '/c'),
      data: fc.option(fc.uint8Array({ maxLength: 1500 })),
      cut: fc.option(fc.tuple(fc.nat(6), fc.constantFrom('before', 'half', 'after')), { freq: 2 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const flash = new NorFlash(SIZE);
        let store = formatted(flash);
        const model = new Map<string, string>();
        for (const { path, data, cut } of steps) {
          const first = flash.operations;
          flash.hooks.cut = cut
            ? (op) => (op.index === first + cut[0] ? (cut[1] as 'half') : undefined)
            : undefined!;
          const wanted = data ? Buffer.from(data).toString('hex') : undefined;
          let cutHere = false;
          try {
            if (data) store.write(path, data);
            else store.remove(path);
          } catch {
            cutHere = true;
          }
          delete flash.hooks.cut;
          if (cutHere) store = formatted(flash);
          const found = store.read(path);
          const hex = found && Buffer.from(found).toString('hex');
          if (cutHere) expect([model.get(path), wanted]).toContain(hex);
          else expect(hex).toBe(wanted);
          if (hex === undefined) model.delete(path);
          else model.set(path, hex);
          expect(store.paths()).toEqual([...model.keys()].sort());
        }
      }),
      { numRuns: 150 },
    );
  });
});
