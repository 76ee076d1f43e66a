import { join } from 'node:path';

/** Where bytes stand: `<dir>/.sha256/<first two digits>/<sha256>.bin`. */
export const CONTENT = '.sha256';
/** Where bytes are while they arrive. */
export const TEMPORARY = '.tmp';

const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/;

export const isSha256 = (text: string) => /^[0-9a-f]{64}$/.test(text);

export function contentPath(dir: string, sha256: string): string {
  if (!isSha256(sha256)) throw new Error('A SHA-256 is 64 lower-case hex digits.');
  return join(dir, CONTENT, sha256.slice(0, 2), `${sha256}.bin`);
}

/** Whether `name` is a public name: `<folder>/<file>`, neither hidden nor leading anywhere else. */
export function isPublicName(name: string): boolean {
  const parts = name.split('/');
  return parts.length === 2 && parts.every((part) => SEGMENT.test(part));
}

/** Where a public name stands. Throws where it is none, so that no caller's slip leaves `dir`. */
export function publicPath(dir: string, name: string): string {
  if (!isPublicName(name)) throw new Error(`${JSON.stringify(name)} is no name of an image.`);
  return join(dir, ...name.split('/'));
}
