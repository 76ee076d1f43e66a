import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../test-support.ts';
import { createLinkSigner, derivedLinkKey, type LinkKey } from './links.ts';

const OLD: LinkKey = { id: 'old', secret: 'an older secret of a link' };
const NEW: LinkKey = { id: 'new', secret: 'a newer secret of a link' };
const PATH = '/api/ota/download/5';

function signer(keys: LinkKey[] = [NEW, OLD]) {
  const clock = manualClock();
  const links = createLinkSigner(keys, 60, clock);
  const refuse = (query: string, path = PATH) => links.refuse(path, new URLSearchParams(query));
  return { clock, links, refuse };
}

describe('createLinkSigner', () => {
  it('signs path and expiry with HMAC-SHA256', () => {
    const { links, clock } = signer();
    const expires = clock.now() / 1000 + 60;
    const sig = createHmac('sha256', NEW.secret).update(`${PATH}?expires=${expires}`).digest('hex');
    expect(links.sign(PATH)).toBe(`expires=${expires}&key=new&sig=${sig}`);
  });

  it('holds until it expires, beside any other parameter', () => {
    const { links, clock, refuse } = signer();
    const query = links.sign(PATH);
    expect(refuse(query)).toBeUndefined();
    expect(refuse(`utm=1&${query}&x=y`)).toBeUndefined();
    clock.advance(59);
    expect(refuse(query)).toBeUndefined();
    clock.advance(1);
    expect(refuse(query)).toBe('the link has expired');
  });

  it('holds for nothing else', () => {
    const { links, refuse } = signer();
    const query = links.sign(PATH);
    const sig = /sig=(\w+)/.exec(query)![1]!;
    expect(refuse(query, '/api/ota/download/6')).toMatch(/does not match/);
    expect(refuse(query.replace(/expires=(\d+)/, (_, n) => `expires=${Number(n) + 1}`))).toMatch(
      /does not match/,
    );
    // No digit passes from the path to the time: 5?expires=17… is not 51?expires=7….
    expect(refuse(query.replace(/expires=1/, 'expires='), `${PATH}1`)).toMatch(/does not match/);
    for (const wrong of [
      query.replace(sig, sig.slice(1)),
      query.replace(sig, `${sig}00`),
      query.replace(sig, 'z'.repeat(64)),
      query.replace(/expires=\d+/, 'expires=-1'),
      query.replace(/expires=\d+/, 'expires=1e12'),
      query.replace(/expires=\d+&/, ''),
    ]) {
      expect(refuse(wrong)).toMatch(/incomplete/);
    }
    expect(refuse(query.replace('key=new', 'key=none'))).toMatch(/key that is not known/);
    expect(refuse(query.replace('key=new', 'key=old'))).toMatch(/does not match/);
    expect(refuse(query.replace('key=new&', ''))).toMatch(/key that is not known/);
  });

  it('has two good keys while one is rotated', () => {
    const before = signer([OLD]).links.sign(PATH);
    expect(signer([NEW, OLD]).refuse(before)).toBeUndefined();
    expect(signer([NEW]).refuse(before)).toMatch(/not known here/);
  });

  it('refuses keys that make no sense', () => {
    expect(() => signer([])).toThrow('Links need a key');
    expect(() => signer([{ id: 'a b', secret: NEW.secret }])).toThrow(/link key id "a b"/);
    expect(() => signer([{ id: 'a', secret: 'short' }])).toThrow('The secret of link key a');
  });
});

describe('derivedLinkKey', () => {
  it('is the same for the same secrets, and another for others', () => {
    const jwtSecret = 'j'.repeat(32);
    expect(derivedLinkKey({ jwtSecret })).toEqual(derivedLinkKey({ jwtSecret, adminToken: 'a' }));
    expect(derivedLinkKey({ jwtSecret }).secret).not.toBe(
      derivedLinkKey({ adminToken: 'a' }).secret,
    );
    expect(derivedLinkKey('open')).toEqual(derivedLinkKey({ open: true }));
  });

  it('is nobody else’s where nothing is known', () => {
    const guess = derivedLinkKey({ gatewayKey: 'g' }).secret;
    expect(derivedLinkKey({ gatewayKey: 'g' }).secret).not.toBe(guess);
    expect(derivedLinkKey('open').secret).not.toBe(guess);
  });
});
