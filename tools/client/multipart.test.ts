import { describe, expect, it } from 'vitest';
import { type FormBody, formBody } from './multipart.ts';

const read = (body: FormBody) =>
  new Response(body.stream, { headers: { 'content-type': body.contentType } });

describe('formBody', () => {
  it('is read back by the platform: fields in order, then the file', async () => {
    const data = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) & 0xff);
    const body = formBody(
      { device_type: 'scales', build: 7, raw: false, none: undefined, notes: 'a\r\n--b "é"' },
      { data, filename: 'a"b\r\n.bin' },
    );
    const form = await read(body).formData();
    expect([...form.keys()]).toEqual(['device_type', 'build', 'raw', 'notes', 'file']);
    expect(form.get('notes')).toBe('a\r\n--b "é"');
    expect([form.get('build'), form.get('raw')]).toEqual(['7', 'false']);
    const file = form.get('file') as unknown as File;
    expect(file.name).toBe('a"b\r\n.bin');
    expect(Buffer.from(await file.arrayBuffer()).equals(data)).toBe(true);
  });

  it.each([0, 1, 65_536, 65_537])('states its length to the byte, for %i bytes', async (size) => {
    const body = formBody({ a: 'ä' }, { data: new Blob([new Uint8Array(size)]), filename: 'ö' });
    expect((await read(body).bytes()).length).toBe(body.contentLength);
  });

  it('tells how far it is, and takes a piece only when one is wanted', async () => {
    const seen: string[] = [];
    const data = new Uint8Array(150_000);
    const body = formBody({}, { data, filename: 'x' }, (sent, total) =>
      seen.push(`${sent}/${total}`),
    );
    const reader = body.stream.getReader();
    await reader.read();
    await reader.read();
    expect(seen.length).toBeLessThanOrEqual(1);
    while (!(await reader.read()).done);
    expect(seen).toEqual(['65536/150000', '131072/150000', '150000/150000']);
  });

  it('has another boundary each time', () => {
    const one = () => formBody({}, { data: new Uint8Array(1), filename: 'x' }).contentType;
    expect(one()).not.toBe(one());
  });
});
