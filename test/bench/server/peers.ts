import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BareAnswers } from './bare-hono.ts';

/** A process to compare with. */
export interface Peer {
  url: string;
  stop(): Promise<void>;
}

/** Hono alone, in a process of its own. */
export async function bareHono(answers: BareAnswers): Promise<Peer> {
  const script = fileURLToPath(new URL('./bare-hono.ts', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin?.end(JSON.stringify(answers));
  const url = await firstLine(child);
  return { url, stop: () => stopped(child) };
}

/** A server on a data folder, behind MSW's getResponse, in a process of its own. */
export async function mswPort(dataDir: string, env: Record<string, string>): Promise<Peer> {
  const script = fileURLToPath(new URL('./msw-port.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await firstLine(child);
  return { url, stop: () => stopped(child) };
}

export function hasNginx(): boolean {
  return spawnSync('nginx', ['-v']).error === undefined;
}

/** nginx with Debian's settings for static files, serving `bytes` at /image.bin. */
export async function nginxStatic(bytes: Uint8Array): Promise<Peer> {
  const dir = mkdtempSync(join(tmpdir(), 'ota-nginx-'));
  const port = await freePort();
  mkdirSync(join(dir, 'www'));
  mkdirSync(join(dir, 'logs'));
  writeFileSync(join(dir, 'www', 'image.bin'), bytes);
  writeFileSync(join(dir, 'nginx.conf'), nginxConfig(port));
  const child = spawn('nginx', ['-p', dir, '-c', join(dir, 'nginx.conf')], { stdio: 'inherit' });
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/image.bin`);
  return {
    url,
    async stop() {
      await stopped(child);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function nginxConfig(port: number): string {
  const user = userInfo();
  return `${user.uid === 0 ? `user ${user.username};\n` : ''}worker_processes auto;
daemon off;
pid nginx.pid;
error_log logs/error.log;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  access_log off;
  server {
    listen 127.0.0.1:${port};
    root www;
  }
}
`;
}

async function answers(url: string): Promise<void> {
  for (let i = 0; i < 100; i += 1) {
    const response = await fetch(url, { method: 'HEAD' }).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Nothing answers at ${url}.`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
