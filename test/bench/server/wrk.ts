import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WrkRequest {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface WrkResult {
  /** Requests a second. */
  rate: number;
  p99Ms: number;
  /** Answers that were not 2xx. */
  bad: number;
}

export function hasWrk(): boolean {
  return spawnSync('wrk', ['-v']).error === undefined;
}

/** Loads `url` by wrk, a process of its own, with these requests in turn. */
export async function wrk(
  url: string,
  requests: WrkRequest[],
  { seconds = 5, connections = 32 } = {},
): Promise<WrkResult> {
  const dir = mkdtempSync(join(tmpdir(), 'ota-wrk-'));
  const script = join(dir, 'load.lua');
  writeFileSync(script, lua(requests));
  try {
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', script, url];
    return read(await run('wrk', args));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function lua(requests: WrkRequest[]): string {
  const lines = requests.map(({ method, path, headers, body }) => {
    const fields = Object.entries(headers).map(([name, value]) => `[${text(name)}]=${text(value)}`);
    return `wrk.format(${text(method)}, ${text(path)}, {${fields.join(',')}}, ${body ? text(body) : 'nil'})`;
  });
  // wrk.format needs the host that init knows; formatted once, so that the load costs little itself.
  return `local made = {}
local at = 0
function init()
${lines.map((line, i) => `  made[${i + 1}] = ${line}`).join('\n')}
end
function request()
  at = at % ${requests.length} + 1
  return made[at]
end
`;
}

/** A Lua string of printable ASCII. */
const text = (value: string) => JSON.stringify(value);

function run(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}

const MS: Record<string, number> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

function read(output: string): WrkResult {
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(output)?.[1];
  const p99 = /99%\s+([\d.]+)(us|ms|s|m)/.exec(output);
  if (!rate || !p99) throw new Error(`wrk said nothing that can be read:\n${output}`);
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? '0';
  const errors = /Socket errors: (.*)/.exec(output)?.[1];
  if (errors) throw new Error(`wrk had socket errors: ${errors}`);
  return { rate: Number(rate), p99Ms: Number(p99[1]) * MS[p99[2] as string]!, bad: Number(bad) };
}
