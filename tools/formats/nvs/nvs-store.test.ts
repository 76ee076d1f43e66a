import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryFlash } from '../flash-region.ts';
import { fixture, formatErrorOf, SEED } from '../testing/support.ts';
import { openNvs } from './nvs-store.ts';

const code = (call: () => unknown) => formatErrorOf(call).code;
const strict = (pages: number) => memoryFlash(pages * 4096, { strict: true });
const bytes = (length: number, seed = 1) =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 17) & 0xff);

describe('values', () => {
  test.each([
    ['u8', 255],
    ['i8', -128],
    ['u16', 65535],
    ['i16', -32768],
    ['u32', 4294967295],
    ['i32', -2147483648],
    ['u64', 18446744073709551615n],
    ['i64', -9223372036854775808n],
    ['float', 1.5],
    ['double', Math.PI],
    ['str', 'Grüße, Welt'],
    ['str', ''],
    ['blob', bytes(100)],
    ['blob', new Uint8Array(0)],
  ] as const)('%s %s is stored and comes back after a remount', (type, value) => {
    const flash = strict(3);
    openNvs(flash).set('ns', 'key', type, value);
    const store = openNvs(flash);
    expect(store.get('ns', 'key', type)).toEqual(value);
    expect(store.typeOf('ns', 'key')).toBe(type);
  });

  test('what the generator of ESP-IDF wrote is read', () => {
    const store = openNvs(memoryFlash(fixture('nvs-sample.bin')));
    expect(store.namespaces).toEqual(['ota']);
    expect(store.get('ota', 'fw_ver', 'str')).toBe('1.2.3');
    expect(store.get('ota', 'boots', 'u32')).toBe(7);
    expect(store.get('ota', 'neg', 'i8')).toBe(-2);
    expect(store.get('ota', 'big', 'u64')).toBe(0xffffffffffffffffn);
    expect(store.get('ota', 'blob1', 'blob').length).toBe(34);
    expect([...store.entries()].map((e) => `${e.key}:${e.type}`)).toEqual([
      'fw_ver:str',
      'boots:u32',
      'neg:i8',
      'big:u64',
      'blob1:blob',
    ]);
  });

  test('the same writes give the bytes of ESP-IDF’s generator', () => {
    const flash = strict(3);
    const store = openNvs(flash);
    store.set('ota', 'fw_ver', 'str', '1.2.3');
    store.set('ota', 'boots', 'u32', 7);
    store.set('ota', 'neg', 'i8', -2);
    store.set('ota', 'big', 'u64', 0xffffffffffffffffn);
    store.set(
      'ota',
      'blob1',
      'blob',
      openNvs(memoryFlash(fixture('nvs-sample.bin'))).get('ota', 'blob1', 'blob'),
    );
    expect(flash.bytes).toEqual(fixture('nvs-sample.bin'));
  });

  test('what does not fit its type is refused', () => {
    const store = openNvs(strict(3));
    for (const [type, value] of [
      ['u8', 256],
      ['u8', -1],
      ['i8', 128],
      ['u64', -1n],
      ['u32', 1.5],
      ['u8', 'x'],
      ['blob', 'x'],
      ['str', 7],
      ['str', 'a\0b'],
      ['str', new Uint8Array(0)],
    ] as const) {
      expect(
        code(() => store.set('ns', 'k', type, value)),
        `${type} ${value}`,
      ).toBe('ESP_ERR_INVALID_ARG');
    }
    store.set('ns', 'k', 'str', 'x'.repeat(3999));
    expect(code(() => store.set('ns', 'k', 'str', 'x'.repeat(4000)))).toBe(
      'ESP_ERR_NVS_VALUE_TOO_LONG',
    );
    expect(store.get('ns', 'k', 'str').length).toBe(3999);
    expect(code(() => store.set('ns', 'k', 'blob', new Uint8Array(8001)))).toBe(
      'ESP_ERR_NVS_VALUE_TOO_LONG',
    );
    expect(code(() => store.set('ns', 'sixteen_letters_', 'u8', 1))).toBe(
      'ESP_ERR_NVS_KEY_TOO_LONG',
    );
    expect(code(() => store.set('sixteen_letters_', 'k', 'u8', 1))).toBe(
      'ESP_ERR_NVS_KEY_TOO_LONG',
    );
    expect(code(() => store.set('', 'k', 'u8', 1))).toBe('ESP_ERR_NVS_INVALID_NAME');
  });

  test('strings that are no UTF-8 keep their bytes', () => {
    const store = openNvs(strict(3));
    store.set('ns', 'k', 'str', Uint8Array.of(0xff, 0xfe, 0));
    expect([...store.getBytes('ns', 'k', 'str')]).toEqual([0xff, 0xfe, 0]);
  });
});

describe('keys', () => {
  test('another type replaces the value, and asking for a type that is not there finds nothing', () => {
    const flash = strict(3);
    const store = openNvs(flash);
    for (const [type, value] of [
      ['u8', 1],
      ['blob', bytes(50)],
      ['str', 'x'],
      ['blob', bytes(60)],
      ['i64', 5n],
    ] as const) {
      store.set('ns', 'k', type, value);
      expect([...openNvs(flash).entries()]).toEqual([{ namespace: 'ns', key: 'k', type }]);
    }
    expect(code(() => store.get('ns', 'k', 'u8'))).toBe('ESP_ERR_NVS_NOT_FOUND');
    expect(code(() => store.get('ns', 'other', 'u8'))).toBe('ESP_ERR_NVS_NOT_FOUND');
    expect(code(() => store.get('none', 'k', 'u8'))).toBe('ESP_ERR_NVS_NOT_FOUND');
  });

  test('an equal value is not written again', () => {
    const flash = strict(3);
    const store = openNvs(flash);
    const fill = () => {
      store.set('ns', 'a', 'u32', 7);
      store.set('ns', 'b', 'str', 'text');
      store.set('ns', 'c', 'blob', bytes(5000));
    };
    fill();
    const before = flash.bytes.slice();
    fill();
    expect(flash.bytes).toEqual(before);
  });

  test('erasing one, erasing all, entries in use', () => {
    const store = openNvs(strict(4));
    store.set('a', 'x', 'u8', 1);
    store.set('a', 'y', 'blob', bytes(100));
    store.set('b', 'x', 'str', 'stays');
    expect(store.usedEntries('a')).toBe(1 + 5 + 1);
    expect(store.stats()).toEqual({
      used: 2 + 7 + 2,
      free: 4 * 126 - 11,
      available: 3 * 126 - 11,
      total: 4 * 126,
      namespaces: 2,
    });
    store.eraseKey('a', 'x');
    expect(code(() => store.eraseKey('a', 'x'))).toBe('ESP_ERR_NVS_NOT_FOUND');
    store.eraseAll('a');
    expect(store.usedEntries('a')).toBe(0);
    expect(store.namespaces).toEqual(['a', 'b']);
    expect(store.get('b', 'x', 'str')).toBe('stays');
    expect(code(() => store.eraseAll('c'))).toBe('ESP_ERR_NVS_NOT_FOUND');
    store.commit();
  });

  test('listing by namespace and type', () => {
    const store = openNvs(strict(3));
    store.set('a', 'x', 'u8', 1);
    store.set('b', 'y', 'u8', 2);
    store.set('b', 'z', 'blob', bytes(4100));
    expect([...store.entries({ namespace: 'b' })].map((e) => e.key)).toEqual(['y', 'z']);
    expect([...store.entries({ type: 'u8' })].map((e) => e.key)).toEqual(['x', 'y']);
  });

  test('purging overwrites what is erased', () => {
    const secret = 'correct horse battery';
    const holds = (purge: boolean) => {
      const flash = strict(3);
      const store = openNvs(flash, { purge });
      store.set('ns', 'k', 'str', secret);
      store.set('ns', 'k', 'str', 'short');
      return new TextDecoder('latin1').decode(flash.bytes).includes(secret);
    };
    expect([holds(false), holds(true)]).toEqual([true, false]);
  });

  test('254 namespaces', () => {
    const store = openNvs(strict(6));
    for (let i = 0; i < 254; i++) store.createNamespace(`n${i}`);
    expect(code(() => store.createNamespace('one more'))).toBe('ESP_ERR_NVS_NOT_ENOUGH_SPACE');
    store.createNamespace('n7');
    expect(store.hasNamespace('n253')).toBe(true);
  });
});

describe('space', () => {
  test('pages are reclaimed: a counter outlives its partition many times', () => {
    const flash = strict(3);
    const store = openNvs(flash);
    store.set('ns', 'fixed', 'blob', bytes(2500));
    for (let i = 0; i < 3000; i++) store.set('ns', 'n', 'u32', i);
    const again = openNvs(flash);
    expect(again.get('ns', 'n', 'u32')).toBe(2999);
    expect(again.get('ns', 'fixed', 'blob')).toEqual(bytes(2500));
  });

  test('a blob over several pages, rewritten in turn', () => {
    const flash = strict(6);
    for (let i = 0; i < 12; i++) {
      openNvs(flash).set('ns', 'big', 'blob', bytes(7000 + i * 100, i));
      expect(openNvs(flash).get('ns', 'big', 'blob')).toEqual(bytes(7000 + i * 100, i));
    }
  });

  test('a full partition refuses, and keeps what it has', () => {
    const flash = strict(3);
    const store = openNvs(flash);
    store.set('ns', 'old', 'blob', bytes(3000));
    let stored = 0;
    const fill = () => {
      for (; stored < 1000; stored++) store.set('ns', `k${stored}`, 'u32', stored);
    };
    expect(code(fill)).toBe('ESP_ERR_NVS_NOT_ENOUGH_SPACE');
    expect(stored).toBeGreaterThan(100);
    expect(code(() => store.set('ns', 'old', 'blob', bytes(3001)))).toBe(
      'ESP_ERR_NVS_NOT_ENOUGH_SPACE',
    );
    expect(code(() => store.set('ns', 'old', 'str', 'x'.repeat(3000)))).toBe(
      'ESP_ERR_NVS_NOT_ENOUGH_SPACE',
    );
    for (const s of [store, openNvs(flash)]) {
      expect(s.get('ns', 'old', 'blob')).toEqual(bytes(3000));
      for (let i = 0; i < stored; i++) expect(s.get('ns', `k${i}`, 'u32')).toBe(i);
    }
    store.eraseKey('ns', 'old');
    store.set('ns', 'now', 'u8', 1);
  });
});

describe('mounting', () => {
  test('refuses odd sizes, newer formats and partitions without a free page', () => {
    expect(code(() => openNvs({ ...memoryFlash(4096), size: 100 }))).toBe('nvs-size');
    const sample = fixture('nvs-sample.bin');
    expect(code(() => openNvs(memoryFlash(sample.subarray(0, 4096))))).toBe(
      'ESP_ERR_NVS_NO_FREE_PAGES',
    );
    const newer = memoryFlash(3 * 4096);
    openNvs(newer).set('ns', 'k', 'u8', 1);
    newer.bytes[8] = 0xfd;
    expect(() => openNvs(newer)).not.toThrow();
    expect(openNvs(newer).namespaces, 'a header whose CRC is wrong is no newer format').toEqual([]);
  });

  test('a page that is not blank though its header is, is erased before use', () => {
    const flash = memoryFlash(3 * 4096);
    flash.bytes[2000] = 0;
    const store = openNvs(flash);
    for (let i = 0; i < 300; i++) store.set('ns', 'n', 'u32', i);
    expect(openNvs(flash).get('ns', 'n', 'u32')).toBe(299);
  });

  test('a value whose bytes went bad is dropped when it is read', () => {
    const flash = memoryFlash(3 * 4096);
    const store = openNvs(flash);
    store.set('ns', 's', 'str', 'text');
    store.set('ns', 'b', 'blob', bytes(40));
    flash.bytes[64 + 2 * 32] = 0;
    flash.bytes[64 + 4 * 32] = 0x55;
    const again = openNvs(flash);
    expect(code(() => again.get('ns', 's', 'str'))).toBe('ESP_ERR_NVS_NOT_FOUND');
    expect(code(() => again.get('ns', 'b', 'blob'))).toBe('ESP_ERR_NVS_NOT_FOUND');
    expect([...again.entries()]).toEqual([]);
  });

  test('any damage to the flash is survived: a mount, or a named refusal', () => {
    const flash = memoryFlash(3 * 4096);
    const store = openNvs(flash);
    store.set('ns', 'a', 'str', 'text');
    store.set('ns', 'b', 'blob', bytes(4500));
    for (let i = 0; i < 40; i++) store.set('ns', 'n', 'u16', i);
    const edit = fc.record({ at: fc.nat({ max: flash.size - 1 }), value: fc.nat({ max: 255 }) });
    const near = fc.record({ at: fc.nat({ max: 700 }), value: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof(edit, near), { maxLength: 12 }), (edits) => {
        const damaged = memoryFlash(flash.bytes);
        for (const { at, value } of edits) damaged.bytes[at] = value;
        let mounted: ReturnType<typeof openNvs>;
        try {
          mounted = openNvs(damaged);
        } catch (error) {
          expect(error).toMatchObject({ name: 'FormatError' });
          return;
        }
        for (const { namespace, key, type } of [...mounted.entries()]) {
          try {
            mounted.get(namespace, key, type);
          } catch (error) {
            expect(error).toMatchObject({ code: 'ESP_ERR_NVS_NOT_FOUND' });
          }
        }
        // Bits cleared in unused space spoil what is written there, on the chip too; the pages stay
        // usable all the same.
        mounted.set('ns', 'n', 'u16', 7);
        openNvs(damaged).set('ns', 'n', 'u16', 8);
      }),
      { seed: SEED, numRuns: 400 },
    );
  });
});
