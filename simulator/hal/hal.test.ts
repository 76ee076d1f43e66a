import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, stopCompilers } from './testing/build.ts';
import { TestGuest } from './testing/guest.ts';
import { memoryFiles, memoryNvs } from './testing/stores.ts';

afterAll(stopCompilers);

describe('the conformance sketch', () => {
  let serial = '';
  let modules: string[] = [];
  beforeAll(async () => {
    const wasm = await compile('../conformance');
    const guest: TestGuest = new TestGuest(wasm, {
      ...memoryNvs(() => guest),
      ...memoryFiles(() => guest),
    });
    modules = guest.importModules;
    serial = await guest.run((g) => g.serial.includes('DONE'), 60e6);
  }, 300_000);

  it('fails no check', () => {
    expect(serial.match(/^FAIL .*$/gm)).toBeNull();
  });
  it('made all its checks', () => {
    expect(serial).toMatch(/^DONE 213 checks, 0 failures$/m);
    expect(serial.match(/^PASS /gm)).toHaveLength(213);
  });
  it('imports nothing but the guest ABI', () => {
    expect(modules).toEqual(['core', 'fs', 'nvs', 'ota', 'task', 'timer', 'uart']);
  });
});
