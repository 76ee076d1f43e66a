import { expect, it } from 'vitest';
import { certificateFlags } from '../../net/certificate.ts';
import { CERTIFICATES } from '../language/certificates.ts';
import { certificateOf } from './certificates.ts';

const NOW = 1_767_225_600_000;

it('only the good one is trusted, and each other one is not for a reason of its own', () => {
  const board = { name: 'ota.test', ca: '', now: NOW / 1000 };
  const flags = CERTIFICATES.map((kind) => certificateFlags(certificateOf(kind, NOW), board));
  expect(flags[0]).toBe(0);
  expect(flags.slice(1)).not.toContain(0);
  expect(new Set(flags).size).toBe(flags.length);
});
