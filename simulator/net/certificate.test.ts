import { describe, expect, it } from 'vitest';
import { type Certificate, certificateFlags } from './certificate.ts';

const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
const certificate: Certificate = {
  names: ['ota.example.org', '*.fleet.example.org'],
  issuer: 'public',
  notBefore: 1000,
  notAfter: 2000,
};
const flags = (change: Partial<Certificate>, name = 'ota.example.org', ca = '', now = 1500) =>
  certificateFlags({ ...certificate, ...change }, { name, ca, now });

describe('a certificate', () => {
  it('is good within its time, for its names, by whom the client trusts', () => {
    expect(flags({})).toBe(0);
    expect(flags({}, 'OTA.Example.org')).toBe(0);
    expect(flags({}, '', '', 1000) | flags({}, '', '', 2000)).toBe(0);
  });
  it('says each thing that is wrong with it by its own bit', () => {
    expect(flags({}, 'ota.example.org', '', 2001)).toBe(0x01);
    expect(flags({}, 'ota.example.org', '', 999)).toBe(0x200);
    expect(flags({}, 'example.org')).toBe(0x04);
    expect(flags({ issuer: pem('QUJD') })).toBe(0x08);
    expect(flags({ issuer: pem('QUJD') }, 'other', '', 0)).toBe(0x200 | 0x04 | 0x08);
  });
  it('with a star covers one label', () => {
    expect(flags({}, 'pump.fleet.example.org')).toBe(0);
    expect(flags({}, 'a.pump.fleet.example.org')).toBe(0x04);
    expect(flags({}, 'fleet.example.org')).toBe(0x04);
  });
  it('of a private authority is found in a bundle of several, whatever the line breaks', () => {
    const issuer = pem('QUJDREVGR0g=');
    expect(flags({ issuer }, '', `${pem('WFla')}${pem('QUJD\nREVG\r\nR0g=')}`)).toBe(0);
    expect(flags({ issuer }, '', pem('WFla'))).toBe(0x08);
    expect(flags({}, '', pem('WFla'))).toBe(0x08);
  });
});
