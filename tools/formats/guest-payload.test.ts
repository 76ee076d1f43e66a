import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from './bytes.ts';
import { isSimulatorChip, realChipId } from './chips.ts';
import { FormatError } from './errors.ts';
import { buildImage, parseImage, verifyImage } from './esp-image.ts';
import { GUEST_ABI_VERSION, retargetGuest, unwrapGuest, wrapGuest } from './guest-payload.ts';

const wasm = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const desc = { projectName: 'blink', version: '1.2.3' };

describe('wrapGuest', () => {
  it('gives an image that a board of its chip accepts and that no ESP chip claims', () => {
    const image = wrapGuest(wasm, desc);
    expect(verifyImage(image, { chipId: 0, kind: 'app' })).toMatchObject({
      ok: true,
      problems: [],
    });
    const parsed = parseImage(image);
    expect(isSimulatorChip(parsed.chipId)).toBe(true);
    expect(realChipId(parsed.chipId)).toBe(0);
    expect(parsed.appDesc).toMatchObject(desc);
    expect(parsed.segments.map((s) => s.kind)).toEqual(['drom', 'irom']);
  });

  it('needs no padding segment: load addresses agree with file offsets in every MMU page', () => {
    for (const segment of parseImage(wrapGuest(wasm, desc)).segments) {
      expect(segment.loadAddress % 0x10000).toBe(segment.fileOffset % 0x10000);
    }
  });
});

describe('retargetGuest', () => {
  it.each([0, 5, 9, 13, 18])('gives a board of chip %i what it accepts', (chipId) => {
    const image = retargetGuest(wrapGuest(wasm, desc), chipId);
    expect(verifyImage(image, { chipId, kind: 'app' })).toMatchObject({ ok: true, problems: [] });
    const parsed = parseImage(image);
    expect([isSimulatorChip(parsed.chipId), realChipId(parsed.chipId)]).toEqual([true, chipId]);
    expect(parsed.appDesc).toMatchObject(desc);
    expect(unwrapGuest(parsed).wasm).toEqual(wasm);
    for (const segment of parsed.segments) {
      expect(segment.loadAddress % 0x10000).toBe(segment.fileOffset % 0x10000);
    }
    // And back: nothing of the chip is left in it.
    expect(retargetGuest(image, 0)).toEqual(wrapGuest(wasm, desc));
  });

  it('refuses firmware of a real chip, and a chip that it does not know', () => {
    const real = buildImage({ chipId: 0, entryAddress: 0x40081000, segments: [] });
    expect(() => retargetGuest(real, 9)).toThrow(FormatError);
    expect(() => retargetGuest(wrapGuest(wasm, desc), 0x55)).toThrow(/chip 85 is not known/);
  });
});

describe('unwrapGuest', () => {
  it('returns the module of any length, without the padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (module) => {
        const payload = unwrapGuest(parseImage(wrapGuest(module, desc)));
        expect(payload.wasm).toEqual(module);
        expect(payload.abi).toBe(GUEST_ABI_VERSION);
      }),
    );
  });

  it('says of an image for a real chip that no guest is inside', () => {
    const segments = [{ loadAddress: 0x3f400020, data: new Uint8Array(300) }];
    const real = buildImage({ chipId: 0, segments, entryAddress: 0x40081000 });
    expect(() => unwrapGuest(parseImage(real))).toThrow(/no guest payload inside/);
  });

  it.each([
    ['guest-kind', 16],
    ['guest-length', 24],
  ])('refuses a record with a wrong field as %s', (code, field) => {
    const image = wrapGuest(wasm, desc);
    const record = image.findIndex((_, i) =>
      utf8('ota-bench guest').every((b, k) => image[i + k] === b),
    );
    image[record + field] = 200;
    expect(() => unwrapGuest(parseImage(image))).toThrow(expect.objectContaining({ code }));
  });

  it('throws nothing but FormatError, whatever bytes an image holds', () => {
    const image = wrapGuest(wasm, desc);
    fc.assert(
      fc.property(fc.nat(image.length - 1), fc.nat(255), (at, value) => {
        const damaged = image.slice();
        damaged[at] = value;
        try {
          unwrapGuest(parseImage(damaged));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });
});
