import type { ServerResponse } from 'node:http';
import type { PlainAnswer } from '../http/answer.ts';

/**
 * Up to this many bytes, a body leaves as text: Node joins that with the headers and writes it at once
 * (from a buffer of 16 KiB on its stack), where bytes would be a second piece of a costlier write.
 */
const ONE_WRITE = 8 * 1024;

/**
 * Writes an answer as it is: one write for what is at hand, a file block by block. A file that fails
 * half-way breaks the connection, so that nobody takes the part for the whole, and rejects.
 */
export async function send(
  answer: PlainAnswer,
  outgoing: ServerResponse,
  id: string,
): Promise<void> {
  const { status, content } = answer;
  if (content === null) {
    outgoing.writeHead(status, headerLines(answer, id));
    outgoing.end();
  } else if (typeof content === 'string') {
    const length = Buffer.byteLength(content);
    outgoing.writeHead(status, headerLines(answer, id, length));
    outgoing.end(content, length === content.length ? 'latin1' : 'utf8');
  } else if (content instanceof Uint8Array) {
    outgoing.writeHead(status, headerLines(answer, id, content.length));
    if (content.length <= ONE_WRITE) outgoing.end(asLatin1(content), 'latin1');
    else outgoing.end(content);
  } else {
    outgoing.writeHead(status, headerLines(answer, id));
    try {
      await content.send(outgoing);
      outgoing.end();
    } catch (error) {
      outgoing.destroy();
      throw error;
    }
  }
}

/** A flat list of names and values is what Node writes with the least work. */
function headerLines({ headers }: PlainAnswer, id: string, length?: number): string[] {
  const lines: string[] = [];
  for (const name in headers) lines.push(name, headers[name] as string);
  if (length !== undefined && headers['content-length'] === undefined) {
    lines.push('content-length', String(length));
  }
  lines.push('x-request-id', id);
  return lines;
}

function asLatin1({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
