import { describe, expect, it } from 'vitest';
import { Lru } from './lru.ts';

describe('Lru', () => {
  it('keeps what was used lately, whatever else comes', () => {
    const lru = new Lru<number, string>(10);
    for (let i = 0; i < 1000; i += 1) {
      lru.set(i, `v${i}`);
      if (i > 0) expect(lru.get(0)).toBe('v0');
      for (let back = 0; back < Math.min(i, 4); back += 1) {
        expect(lru.get(i - back)).toBe(`v${i - back}`);
      }
    }
  });

  it('never holds more than its limit', () => {
    const lru = new Lru<number, number>(8);
    for (let i = 0; i < 100; i += 1) lru.set(i, i);
    const held = Array.from({ length: 100 }, (_, i) => i).filter((i) => lru.get(i) !== undefined);
    expect(held.length).toBeLessThanOrEqual(8);
    expect(held).toContain(99);
  });

  it('replaces, deletes in both halves, and clears', () => {
    const lru = new Lru<string, number>(4);
    for (const key of ['a', 'b', 'c']) lru.set(key, 1);
    lru.set('a', 2);
    expect(lru.get('a')).toBe(2);
    for (const key of ['a', 'b', 'c']) {
      lru.delete(key);
      expect(lru.get(key)).toBeUndefined();
    }
    lru.set('d', 3);
    lru.clear();
    expect(lru.get('d')).toBeUndefined();
  });

  it('forgets an old value for good once it was replaced', () => {
    const lru = new Lru<string, number>(2);
    lru.set('a', 1);
    lru.set('b', 1);
    lru.set('a', 2);
    lru.delete('a');
    expect(lru.get('a')).toBeUndefined();
  });
});
