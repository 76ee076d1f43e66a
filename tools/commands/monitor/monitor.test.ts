import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ota } from '../testing/ota.ts';

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

/** A console behind a TCP port that says its lines to whoever connects; answers what it was sent. */
async function boardConsole(
  text: string,
  answer = '',
): Promise<{ port: string; heard: () => string }> {
  let heard = '';
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      heard += bytes;
      socket.write(answer);
    });
    socket.write(text);
  });
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { port: `socket://127.0.0.1:${port}`, heard: () => heard };
}

describe('ota monitor', () => {
  it('leaves with 0 when what was expected has come', async () => {
    const { port } = await boardConsole(
      'I (1) boot: hi\nW (2) wifi: weak\nI (3) app: running 1.2.0\n',
    );
    const { code, out, err } = await ota([
      ...['monitor', '--port', port, '--filter', 'wifi', '--expect', 'running 1\\.2\\.0$'],
      ...['--timeout', '60s'],
    ]);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([`--- ${port} at 115200 baud`, 'W (2) wifi: weak', '']);
  });

  it('leaves with 3 at what must not come, with 5 when the time runs out', async () => {
    const { port } = await boardConsole('E (1) ota: rolled back\n');
    const failed = await ota(['monitor', '--port', port, '--expect', 'ok', '--fail', 'rolled']);
    expect([failed.code, failed.err]).toEqual([
      3,
      'ota: /rolled/ has come: E (1) ota: rolled back\n',
    ]);
    const late = await ota(['monitor', '--port', port, '--expect', 'ok', '--timeout', '1s']);
    expect([late.code, late.err]).toEqual([5, 'ota: the time ran out, without /ok/\n']);
  });

  it('sends lines, and tells programs of each event', async () => {
    const { port, heard } = await boardConsole(
      '',
      'abort() was called at PC 0x400d1234\nRebooting...\n',
    );
    const { code, out } = await ota([
      ...['monitor', '--port', port, '--json', '--send', 'status', '--eol', 'crlf'],
      ...['--fail', 'Rebooting'],
    ]);
    expect(code).toBe(3);
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(['note', 'line', 'line', 'crash', 'end']);
    expect(events.at(-1)).toMatchObject({ kind: 'failed', pattern: '/Rebooting/' });
    expect(heard()).toBe('status\r\n');
  });

  it.each([
    [['--filter', 'a:Q'], /^ota: the filter "a:Q" has no such level/],
    [['--expect', '('], /^ota: "\(" is no regular expression/],
    [['--baud', 'fast'], /^ota: fast is no baud rate/],
    [['--eol', 'x'], /^ota: --eol is lf, cr or crlf, not x/],
    [['--elf', '/nowhere.elf'], /^ota: no functions can be named with \/nowhere.elf: there is no/],
    [[], /^ota: .*127\.0\.0\.1:1\b.*\n/],
  ])('says in one sentence what is wrong: %j', async (words, sentence) => {
    const { code, err } = await ota(['monitor', '--port', 'socket://127.0.0.1:1', ...words]);
    expect(err).toMatch(sentence);
    expect(code).toBe(1);
  });
});
