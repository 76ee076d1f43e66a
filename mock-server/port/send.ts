import type { ServerResponse } from 'node:http';
import type { PlainAnswer } from '../http/answer.ts';

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
    outgoing.writeHead(status, headerLines(answer, id, Buffer.byteLength(content)));
    outgoing.end(content);
  } else if (content instanceof Uint8Array) {
    outgoing.writeHead(status, headerLines(answer, id, content.length));
    outgoing.end(content);
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
