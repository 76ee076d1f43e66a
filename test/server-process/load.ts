import { readdirSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { residentMiB, type ServerProcess } from './process.ts';

const CHUNK = 64 * 1024;
const BOUNDARY = 'b0undary';

export interface UploadOrder {
  /** Bytes of the file. */
  size: number;
  version: string;
  /** Makes the bytes of this file unlike others'. */
  seed: number;
  token: string;
}

/** Uploads a raw file as fast as the server takes it; answers the status. */
export function upload(url: string, { size, version, seed, token }: UploadOrder): Promise<number> {
  const field = (name: string, value: string) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const head =
    field('node_type', 'raw') +
    field('version', version) +
    field('allow_raw', 'true') +
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="raw.bin"\r\n\r\n`;
  const tail = `\r\n--${BOUNDARY}--\r\n`;
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/api/v1/firmware/upload`, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
        'content-length': head.length + size + tail.length,
      },
    });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.write(head);
    const chunk = Buffer.alloc(CHUNK, seed & 0xff);
    chunk.writeUInt32LE(seed);
    let left = size;
    const pump = () => {
      while (left > 0) {
        const part = left < CHUNK ? chunk.subarray(0, left) : chunk;
        left -= part.length;
        if (!sent.write(part)) {
          sent.once('drain', pump);
          return;
        }
      }
      sent.end(tail);
    };
    pump();
  });
}

/** `count` clients that ask for a path and never read; their sockets. */
export async function stall(
  url: string,
  path: string,
  count: number,
  headers = '',
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i += 1) {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
    socket.pause();
    socket.on('error', () => {});
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
    sockets.push(socket);
    if (i % 50 === 49) await wait(1);
  }
  return sockets;
}

/** `count` HEADs over a few connections; the statuses that came. */
export async function heads(
  url: string,
  path: string,
  count: number,
  headers: Record<string, string> = {},
): Promise<Set<number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const statuses = new Set<number>();
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request(url + path, { method: 'HEAD', agent, headers }, (answer) => {
        statuses.add(answer.statusCode ?? 0);
        answer.resume();
        answer.on('end', resolve);
      });
      sent.on('error', reject);
      sent.end();
    });
  await inTurns(count, 8, one);
  agent.destroy();
  return statuses;
}

/** `count` GETs of which each is given up at its first bytes. */
export async function abortedGets(
  url: string,
  path: string,
  count: number,
  headers: Record<string, string> = {},
): Promise<void> {
  const one = () =>
    new Promise<void>((resolve) => {
      const sent = request(url + path, { agent: false, headers }, (answer) => {
        answer.once('data', () => sent.destroy());
      });
      sent.on('error', () => {});
      sent.on('close', () => resolve());
      sent.end();
    });
  await inTurns(count, 16, one);
}

async function inTurns(count: number, atOnce: number, one: () => Promise<void>): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** Open descriptors of a process. */
export function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Peak and start of a server's resident memory while `run` runs, in MiB. */
export async function memoryOf<T>(
  server: Pick<ServerProcess, 'pid'>,
  run: () => Promise<T>,
): Promise<{ before: number; peak: number; result: T }> {
  const before = residentMiB(server.pid);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMiB(server.pid));
  }, 20);
  try {
    const result = await run();
    peak = Math.max(peak, residentMiB(server.pid));
    return { before, peak, result };
  } finally {
    clearInterval(timer);
  }
}
