import { describe, expect, it } from 'vitest';
import { retargetGuest, wrapGuest } from '../../../tools/formats/guest-payload.ts';
import { buildImageTag } from '../../../tools/formats/image-tag.ts';
import { readScenario } from '../language/check.ts';
import { boardSpecs, checkFirmware, deviceNumbers, type SpecOptions } from './board-specs.ts';

const DIRECT = wrapGuest(new Uint8Array(64), { projectName: 'scales', version: '1.0.0' });
const tagged = (role: string) =>
  wrapGuest(buildImageTag(role, '1.0.0'), { projectName: 'arduino-lib-builder' });

function options(boards: string, server = ''): SpecOptions {
  const text = `name: t\nboards:\n${boards}${server}expect:\n  - all can boot\n`;
  const scenario = readScenario(text, 't.yaml');
  const images = new Map(
    scenario.file.boards.map(({ name }) => {
      const image = { gateway: tagged('gateway'), pir: tagged('pir') }[name] ?? DIRECT;
      return [`${name}:first`, name === 'c6' ? retargetGuest(image, 13) : image];
    }),
  );
  return { scenario, images, seed: '1', gatewayKey: 'key', jwtSecret: 'x'.repeat(32) };
}

async function specsOf(given: SpecOptions) {
  return boardSpecs(given, deviceNumbers(given.scenario, given.images));
}

const MIXED = `  - { name: gateway, sketch: mesh_gateway }
  - { name: pir, sketch: mesh_shared_state_pir }
  - { name: scales, count: 2, project: firmware-c }
`;

describe('boards of a scenario', () => {
  it('cannot be flashed with half an image, or none', () => {
    const { scenario, images } = options(MIXED);
    expect(() => checkFirmware(scenario, images)).not.toThrow();
    const broken = (bytes: Uint8Array) => new Map(images).set('pir:first', bytes);
    const half = images.get('pir:first')!.slice(0, 40);
    expect(() => checkFirmware(scenario, broken(half))).toThrow(/^pir cannot be flashed with its/);
    expect(() => checkFirmware(scenario, broken(new Uint8Array()))).toThrow(/no bytes at all/);
  });

  it('get what joins the router where they hear it, and a gateway no number', async () => {
    const [gateway, pir, one, two] = await specsOf(options(MIXED));
    expect(gateway!.settings).toMatchObject({ server: 'http://ota.test', api_key: 'key' });
    expect(gateway!.settings).not.toHaveProperty('token');
    expect(pir!.settings).toBeUndefined();
    expect(one!.settings).toMatchObject({ server: 'http://ota.test', device_id: 1003 });
    expect(two!.settings).toMatchObject({ device_id: 1004 });
    expect(one!.settings!.token).not.toBe(two!.settings!.token);
    expect(one!.settings).not.toHaveProperty('api_key');
  });

  it('ask over https where the server has a certificate, with a token that ends when it is said', async () => {
    const server = 'server: { certificate: good, token_life: 1h }\n';
    const [, , scales] = await specsOf(options(MIXED, server));
    expect(scales!.settings!.server).toBe('https://ota.test');
    const [, claims] = scales!.settings!.token!.split('.');
    const { sub, iat, exp } = JSON.parse(Buffer.from(claims!, 'base64url').toString());
    expect([sub, exp - iat]).toEqual(['1003', 3600]);
  });

  it('keep what the file gives them, numbers counted on within an entry', async () => {
    const board =
      '  - { name: scales, count: 2, project: firmware-c, settings: { device_id: 7, token: t } }\n';
    const specs = await specsOf(options(board));
    expect(specs.map(({ settings }) => [settings!.device_id, settings!.token])).toEqual([
      [7, 't'],
      [8, 't'],
    ]);
  });

  it('may not have the same number', () => {
    const [a, b] = ['a', 'b'].map(
      (name) => `  - { name: ${name}, project: firmware-c, settings: { device_id: 7 } }\n`,
    );
    const { scenario, images } = options(a! + b!);
    expect(() => deviceNumbers(scenario, images)).toThrow('b and a both have device_id 7');
  });

  it('have the chip of their image, and as much flash as is said', async () => {
    const board = '  - { name: c6, project: firmware-c, chip: esp32c6, flash: 8MB }\n';
    const [spec] = await specsOf(options(board));
    expect(spec!.chip).toMatchObject({ id: 13, flashBytes: 8 << 20 });
  });
});
