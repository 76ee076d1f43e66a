import { execFile, spawnSync } from 'node:child_process';
import { openAsBlob, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { shellWords } from './shell-words.ts';

export interface CurlAnswer {
  status: number;
  body: string;
}

export interface CurlPlace {
  /** Where `@firmware.bin` is found. */
  cwd: string;
  /** What `$NAME` stands for. */
  env?: Record<string, string>;
}

/** Runs a line that begins with `curl`. */
export type CurlRunner = (line: string, place: CurlPlace) => Promise<CurlAnswer>;

/** Whether this machine has curl and a shell to paste into. */
export const hasCurl =
  process.platform !== 'win32' && spawnSync('curl', ['--version']).status === 0;

/** The line as it is, pasted into a shell, for the machine's own curl. */
export const realCurl: CurlRunner = (line, { cwd, env = {} }) => {
  writeFileSync(
    join(cwd, '.curlrc'),
    'silent\nshow-error\nmax-time = 30\nwrite-out = "\\n%{http_code}"\n',
  );
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env, CURL_HOME: cwd } };
    execFile('sh', ['-c', line], options, (error, stdout) => {
      if (error) return reject(error);
      const at = stdout.lastIndexOf('\n');
      resolve({ status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) });
    });
  });
};

/** The same without curl: the line is read here, and sent by fetch. An option that is not known throws. */
export const fetchCurl: CurlRunner = async (line, { cwd, env }) => {
  const [program, ...words] = shellWords(line, env);
  if (program !== 'curl') throw new Error(`${program} is not curl.`);
  const { url, method, headers, body, form, output } = await readOptions(words, cwd);
  const data = form ?? body;
  const response = await fetch(url, {
    method: method ?? (data === undefined ? 'GET' : 'POST'),
    headers,
    body: data,
    redirect: 'manual',
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (output !== undefined) writeFileSync(join(cwd, output), bytes);
  return { status: response.status, body: output === undefined ? bytes.toString() : '' };
};

interface Options {
  url: string;
  method?: string;
  headers: Headers;
  body?: string;
  form?: FormData;
  output?: string;
}

async function readOptions(words: string[], cwd: string): Promise<Options> {
  const options: Options = { url: '', headers: new Headers() };
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (!word.startsWith('-')) {
      options.url = word;
      continue;
    }
    if (word === '-I' || word === '--head') {
      options.method = 'HEAD';
      continue;
    }
    await take(options, word, rest.shift() ?? '', cwd);
  }
  if (options.body !== undefined && !options.headers.has('content-type'))
    options.headers.set('content-type', 'application/x-www-form-urlencoded');
  return options;
}

async function take(options: Options, flag: string, value: string, cwd: string): Promise<void> {
  if (flag === '-X') options.method = value;
  else if (flag === '-H') {
    const at = value.indexOf(':');
    options.headers.set(value.slice(0, at), value.slice(at + 1).trim());
  } else if (flag === '-d') {
    if (value.startsWith('@')) throw new Error('curl -d @file is not known here.');
    options.body = value;
  } else if (flag === '-r') options.headers.set('range', `bytes=${value}`);
  else if (flag === '-o') options.output = value;
  else if (flag === '-F') {
    options.form ??= new FormData();
    const at = value.indexOf('=');
    const [name, text] = [value.slice(0, at), value.slice(at + 1)];
    if (!text.startsWith('@')) options.form.append(name, text);
    else options.form.append(name, await openAsBlob(join(cwd, text.slice(1))), basename(text));
  } else throw new Error(`curl ${flag} is not known here.`);
}
