import type { IncomingMessage } from 'node:http';

/** Why a body was not read. */
export type BodyFailure = 'too long' | 'cut off';

/**
 * A request's whole body of at most `limit` bytes, or why there is none. Read off the socket as it
 * comes: a web stream over it costs more than all else that a small request needs. The rest of one that
 * is too long stays unread.
 */
export function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer | BodyFailure> {
  return new Promise((resolve) => {
    const announced = Number(incoming.headers['content-length'] ?? Number.NaN);
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        incoming.pause();
        resolve('too long');
        return;
      }
      chunks.push(chunk);
      // The parser ends a body where it was announced to end; its event would come a turn later.
      if (length === announced) finish();
    });
    incoming.on('end', finish);
    incoming.on('close', () => resolve('cut off'));

    function finish(): void {
      const [first] = chunks;
      resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks, length));
    }
  });
}
