import { describe, expect, it } from 'vitest';
import { type PlainResponse, serialiseResponse } from './http-response.ts';

const plain = (
  status: number,
  headers: Record<string, string>,
  content: PlainResponse['content'],
): PlainResponse => ({
  status,
  headers,
  content,
  toResponse: () =>
    new Response(content === null ? null : (content as ConstructorParameters<typeof Response>[0]), {
      status,
      headers,
    }),
});

const ANSWERS: Record<string, PlainResponse> = {
  'a JSON answer': plain(200, { 'x-b': '2', 'content-type': 'application/json' }, '{"größe":1}'),
  'a range of bytes': plain(
    206,
    { etag: '"e"', 'content-type': 'a/b', 'content-range': 'bytes 0-2/9', 'content-length': '3' },
    Uint8Array.of(0, 255, 13),
  ),
  'no body': plain(204, {}, null),
  'not modified': plain(304, { etag: '"e"' }, null),
  'one that closes': plain(503, { connection: 'Close', 'content-type': 'text/plain' }, 'later'),
  'a stream': plain(200, { 'content-type': 'a/b' }, new Blob(['in pieces'])),
  'a length alone': plain(200, { 'content-type': 'a/b', 'content-length': '77' }, null),
};

describe('an answer in parts', () => {
  for (const [name, answer] of Object.entries(ANSWERS)) {
    it(`${name} goes over the wire as its web Response does`, async () => {
      for (const method of ['GET', 'HEAD']) {
        const [parts, web] = await Promise.all(
          [answer, answer.toResponse()].map((one) => serialiseResponse(one, method, true)),
        );
        expect(parts!.keepAlive).toBe(web!.keepAlive);
        expect(Buffer.from(parts!.bytes).toString()).toBe(Buffer.from(web!.bytes).toString());
        expect(parts!.bytes).toEqual(web!.bytes);
      }
    });
  }
});
