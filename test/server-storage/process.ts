import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

/** Where a server keeps everything; several may share it. */
export interface Place {
  database?: string | undefined;
  dataDir: string;
  imagesDir?: string;
}

export interface ServerProcess {
  url: string;
  /** What it said on standard error so far. */
  complaints(): string;
  /** Ends it at once, as a power cut of the process: no handler of its own runs. */
  kill(): Promise<void>;
}

/** Starts a server process without credentials, and waits until it listens. */
export async function startServer(place: Place): Promise<ServerProcess> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(place)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      said += text;
      if (said.includes('\n')) resolve(said.trim());
    });
    exited.then(() => reject(new Error(`The server did not start:\n${errors}`)));
  });
  return {
    url,
    complaints: () => errors,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Status and JSON body of a call. Rejects where the connection broke. */
export async function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, never> & { id: number } }> {
  const init: RequestInit = { method, headers };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'content-type': 'application/json', ...headers };
  }
  const response = await fetch(url + path, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
