import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasDuplicateKeys } from './json-keys.ts';
import { mintToken, renewToken } from './mint.ts';
import { BadToken, checkTimes, createTokenReader, LEEWAY, RENEWAL_GRACE } from './tokens.ts';

const SECRET = 'a secret of more than 32 bytes, for tests alone';
const NOW = 1_767_225_600;
const reader = createTokenReader(SECRET);

const b64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');
/** A token of these very texts, signed well. */
function signed(header: string, payload: string, secret = SECRET): string {
  const input = `${b64(header)}.${b64(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
const HEADER = '{"alg":"HS256","typ":"JWT"}';
const device = (more: object = {}) =>
  signed(HEADER, JSON.stringify({ sub: '7', role: 'device', ...more }));

/** Why a token is refused, or `undefined`. */
async function refusal(token: string): Promise<string | undefined> {
  try {
    await reader.read(token);
    return undefined;
  } catch (error) {
    if (!(error instanceof BadToken)) throw error;
    return error.message;
  }
}

describe('createTokenReader', () => {
  it('reads what mintToken makes', async () => {
    const token = await mintToken(SECRET, { role: 'device', id: 7, ttl: 60, now: NOW, jti: 'j1' });
    expect(await reader.read(token)).toEqual({
      role: 'device',
      sub: '7',
      deviceId: 7,
      jti: 'j1',
      exp: NOW + 60,
      nbf: undefined,
      iat: NOW,
    });
    const admin = await reader.read(
      await mintToken(SECRET, { role: 'admin', id: 'ann', now: NOW }),
    );
    expect(admin).toMatchObject({
      role: 'admin',
      sub: 'ann',
      deviceId: undefined,
      exp: NOW + 90 * 86_400,
    });
    const lasting = await reader.read(await mintToken(SECRET, { role: 'device', id: 2 ** 53 - 1 }));
    expect(lasting).toMatchObject({ deviceId: 2 ** 53 - 1, exp: undefined });
  });

  it('has the signature of RFC 7515 §A.1 (and so of RFC 7519 §3.1)', async () => {
    const key =
      'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow';
    const secret = Buffer.from(key, 'base64url');
    const token =
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9' +
      '.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ' +
      '.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    const [header, payload, signature] = token.split('.');
    const computed = createHmac('sha256', secret)
      .update(`${header}.${payload}`)
      .digest('base64url');
    expect(computed).toBe(signature);
    // Its key is no text, so it is not one of ours; but its form is read, and its signature judged.
    expect(await refusal(token)).toBe('its signature does not match');
    const ours = signed(
      Buffer.from(header!, 'base64url').toString(),
      Buffer.from(payload!, 'base64url').toString(),
    );
    expect(await refusal(ours)).toBe('its role is not one known here');
  });

  it('takes no unsecured token (RFC 7519 §6.1)', async () => {
    const rfc =
      'eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.';
    expect(await refusal(rfc)).toBe('its alg is not HS256');
    const payload = JSON.stringify({ sub: '7', role: 'device' });
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      const unsigned = `${b64(JSON.stringify({ alg }))}.${b64(payload)}.`;
      expect(await refusal(unsigned)).toMatch(/alg is not HS256|cannot be read/);
      expect(await refusal(signed(JSON.stringify({ alg }), payload))).toMatch(
        /alg is not HS256|cannot be read/,
      );
    }
  });

  it('takes no other algorithm, nor a public key for a secret', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const payload = JSON.stringify({ sub: '7', role: 'device' });
    const input = `${b64('{"alg":"RS256"}')}.${b64(payload)}`;
    const rs = `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
    expect(await refusal(rs)).toBe('its alg is not HS256');
    expect(await refusal(signed(HEADER, payload, pem))).toBe('its signature does not match');
    for (const alg of ['HS384', 'HS512', 'RS256', 'ES256', 'EdDSA', 'hs256', 'HS256 ']) {
      expect(await refusal(signed(JSON.stringify({ alg }), payload))).toMatch(/alg is not HS256/);
    }
  });

  it('heeds crit: what must be understood and is not, is refused', async () => {
    const header = '{"alg":"HS256","crit":["exp"],"exp":1}';
    expect(await refusal(signed(header, '{"sub":"7","role":"device"}'))).toBe(
      'its header or payload cannot be read',
    );
  });

  it.each([
    ['', /three base64url parts/],
    ['a.b', /three base64url parts/],
    ['a.b.c.d', /three base64url parts/],
    ['a+/=.b.c', /three base64url parts/],
    [' . . ', /three base64url parts/],
    ['é.e.e', /three base64url parts/],
    [`${b64(HEADER)}=.e30.e30`, /three base64url parts/],
    ['a.a.a', /cut off/],
    ['..', /cannot be read/],
    [`${b64('not json')}.e30.e30`, /cannot be read/],
    [`${b64('[]')}.e30.e30`, /cannot be read/],
  ])('refuses the form of %j', async (token, message) => {
    expect(await refusal(token)).toMatch(message);
  });

  it.each([
    ['null', 'its payload is not a JSON object'],
    ['[]', 'its payload is not a JSON object'],
    ['not json', 'its payload is not a JSON object'],
    ['{}', 'its role is not one known here'],
    ['{"role":"gateway"}', 'its role is not one known here'],
    ['{"role":["admin"],"exp":9999999999}', 'its role is not one known here'],
    ['{"role":"admin"}', 'it has no exp, which admins need'],
    ['{"role":"admin","exp":"9999999999"}', 'its exp is not a number of seconds'],
    ['{"role":"admin","exp":1e999}', 'its exp is not a number of seconds'],
    ['{"role":"device","sub":"7","nbf":null}', 'its nbf is not a number of seconds'],
    ['{"role":"device","sub":"7","jti":5}', 'its jti is not text'],
    ['{"role":"device"}', 'its sub is not a device id in decimal'],
    ['{"role":"device","sub":7}', 'its sub is not a device id in decimal'],
    ['{"role":"device","sub":"07"}', 'its sub is not a device id in decimal'],
    ['{"role":"device","sub":"7.0"}', 'its sub is not a device id in decimal'],
    ['{"role":"device","sub":"9007199254740992"}', 'its sub is not a device id in decimal'],
    [
      '{"role":"device","sub":"7","role":"admin","exp":9999999999}',
      'its payload names a claim twice',
    ],
    ['{"role":"device","sub":"7","\\u0073ub":"8"}', 'its payload names a claim twice'],
  ])('refuses the payload %s', async (payload, message) => {
    expect(await refusal(signed(HEADER, payload))).toBe(message);
  });

  it('refuses a header that names a parameter twice, and bytes that are no text', async () => {
    const twice = signed('{"alg":"none","alg":"HS256"}', '{"sub":"7","role":"device"}');
    expect(await refusal(twice)).toBe('its header names a parameter twice');
    const input = `${b64(HEADER)}.${b64(Uint8Array.of(0x22, 0xff, 0x22))}`;
    const token = `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
    expect(await refusal(token)).toBe('its header or payload cannot be read');
  });

  it('refuses a huge token before it does any work on it', async () => {
    expect(await refusal(device({ pad: 'x'.repeat(5000) }))).toBe(
      'it is longer than 4096 characters',
    );
    expect(await refusal(device({ pad: 'x'.repeat(2500) }))).toBeUndefined();
  });

  it('refuses every token with one character changed', async () => {
    const token = device({ jti: 'abc' });
    const at = fc.nat(token.length - 1);
    const character = fc.constantFrom(...'ABCxyz019-_.=');
    await fc.assert(
      fc.asyncProperty(at, character, async (i, c) => {
        const changed = token.slice(0, i) + c + token.slice(i + 1);
        // The last character of a part carries bits that base64url does not use.
        const same = changed
          .split('.')
          .map((part) => Buffer.from(part, 'base64url').toString('hex'))
          .join('.');
        const original = token
          .split('.')
          .map((part) => Buffer.from(part, 'base64url').toString('hex'))
          .join('.');
        if (same !== original) expect(await refusal(changed)).toBeDefined();
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('answers at once for a token that it has seen, and never repeats one', async () => {
    const token = device();
    await reader.read(token);
    expect(reader.read(token)).not.toBeInstanceOf(Promise);
    const bad = signed(
      HEADER,
      '{"role":"device","sub":"7"}',
      'another secret, also of 32 bytes and more',
    );
    expect(await refusal(bad)).not.toContain(bad.split('.')[2]);
  });

  it('needs a secret of 32 bytes', () => {
    expect(() => createTokenReader('x'.repeat(31))).toThrow('The JWT secret has 31 bytes');
  });
});

describe('checkTimes', () => {
  const claims = (times: object) => ({
    role: 'device' as const,
    sub: '7',
    deviceId: 7,
    jti: undefined,
    exp: undefined,
    nbf: undefined,
    iat: undefined,
    ...times,
  });
  const holds = (times: object, now: number, grace?: number) => {
    try {
      checkTimes(claims(times), now, grace);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(BadToken);
      return false;
    }
  };

  it('has a leeway of 30 s on both ends', () => {
    expect(holds({ exp: 1000 }, 999 + LEEWAY)).toBe(true);
    expect(holds({ exp: 1000 }, 1000 + LEEWAY)).toBe(false);
    expect(holds({ nbf: 1000 }, 1000 - LEEWAY)).toBe(true);
    expect(holds({ nbf: 1000 }, 999 - LEEWAY)).toBe(false);
    expect(holds({}, 1e12)).toBe(true);
  });

  it('lets an expired token be renewed for 30 days', () => {
    expect(holds({ exp: 1000 }, 1000 + RENEWAL_GRACE, RENEWAL_GRACE)).toBe(true);
    expect(holds({ exp: 1000 }, 1000 + RENEWAL_GRACE + LEEWAY, RENEWAL_GRACE)).toBe(false);
    expect(holds({ nbf: 1000, exp: 2000 }, 900, RENEWAL_GRACE)).toBe(false);
  });
});

describe('mintToken and renewToken', () => {
  it('refuse what makes no sense', async () => {
    for (const id of [-1, 1.5, 'abc', '', 2 ** 53, '07']) {
      expect(() => mintToken(SECRET, { role: 'device', id })).toThrow(/^A device id is a number/);
    }
    expect(() => mintToken(SECRET, { role: 'admin', id: 'a', ttl: 0 })).toThrow(
      /a second or longer/,
    );
    expect(() => mintToken('short', { role: 'admin', id: 'a' })).toThrow(/has 5 bytes/);
  });

  it('renew for as long again, the same for the same question', async () => {
    const old = await reader.read(
      await mintToken(SECRET, { role: 'device', id: 7, ttl: 100, now: NOW, jti: 'j' }),
    );
    const first = await renewToken(SECRET, old, NOW + 500);
    expect(first).toEqual(await renewToken(SECRET, old, NOW + 500));
    expect(first.expiresAt).toBe(NOW + 600);
    const renewed = await reader.read(first.token);
    expect(renewed).toMatchObject({ sub: '7', exp: NOW + 600, iat: NOW + 500 });
    expect(renewed.jti).not.toBe('j');
  });
});

describe('hasDuplicateKeys', () => {
  it.each([
    ['{"a":1,"b":{"a":2},"c":["a","a"]}', false],
    ['{"a":"a:{b","b":"\\"a\\":"}', false],
    ['{"a":1,"a":2}', true],
    ['{"x":{"a":1,"b":[{"a":1}],"a":2}}', true],
    ['{"a":1,"\\u0061":2}', true],
    ['{"a":{},"a":{}}', true],
    ['[]', false],
  ])('%s: %s', (json, duplicate) => {
    expect(hasDuplicateKeys(json)).toBe(duplicate);
  });

  it('agrees with a re-reading of what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => !hasDuplicateKeys(JSON.stringify(value))),
      { seed: 1 },
    );
  });
});
