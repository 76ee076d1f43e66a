import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parseFilter } from './filter.ts';
import { Keyboard } from './keys.ts';
import { Monitor, type MonitorEvent, type MonitorOptions } from './session.ts';
import { FakeLink } from './testing/fake-link.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-monitor-'));
afterAll(() => rmSync(folder, { recursive: true }));

function session(options: Partial<MonitorOptions> = {}) {
  const links = [new FakeLink()];
  let shown = '';
  const calls: string[] = [];
  let refused = 0;
  const monitor = new Monitor({
    open: async () => {
      const link = links.at(-1)!;
      if (!link.isOpen) {
        refused++;
        throw new Error('no port');
      }
      return link;
    },
    reset: async () => void calls.push('reset'),
    bootloader: async () => void calls.push('bootloader'),
    write: (text) => (shown += text),
    colour: false,
    filter: parseFilter(''),
    ...options,
  });
  const end = monitor.run();
  const opened = vi.waitFor(() => expect(shown).toMatch(/115200 baud/), { timeout: 30_000 });
  return { monitor, end, links, calls, opened, shown: () => shown, refused: () => refused };
}

describe('a session at a console', () => {
  it('ends with what it waits for, in whatever order that comes, prompts included', async () => {
    const one = session({ expect: [/ready$/, /^wifi up/], timeoutMs: 60_000 });
    await one.opened;
    one.links[0]!.say('wifi up\r\nnot y');
    one.links[0]!.say('et\nnow ready');
    expect(await one.end).toMatchObject({ kind: 'expected', text: 'now ready' });
    expect(one.links[0]!.isOpen).toBe(false);
  });

  it('ends with what must not come, with a crash, or with its time', async () => {
    const failed = session({ expect: [/ready/], fail: [/rolled back/] });
    await failed.opened;
    failed.links[0]!.say('E (9) ota: rolled back\nready\n');
    expect(await failed.end).toMatchObject({ kind: 'failed', text: 'E (9) ota: rolled back' });

    const crashed = session({ expect: [/ready/] });
    await crashed.opened;
    crashed.links[0]!.say('abort() was called at PC 0x400d1234 on core 0\n\nRebooting...\nready\n');
    expect(await crashed.end).toMatchObject({ kind: 'crashed' });
    expect(crashed.shown()).toMatch(/--- abort: abort\(\) was called at PC 0x400d1234/);

    const late = session({ expect: [/ready/, /now/], timeoutMs: 20 });
    expect(await late.end).toEqual({ kind: 'timeout', missing: ['/ready/', '/now/'] });
  });

  it('lives through a crash when it is told to', async () => {
    const one = session({ expect: [/ready/], keepGoing: true });
    await one.opened;
    one.links[0]!.say('abort() was called at PC 0x400d1234 on core 0\nRebooting...\nready\n');
    expect(await one.end).toMatchObject({ kind: 'expected' });
  });

  it('opens the port again after it has gone', async () => {
    const one = session({ expect: [/again/] });
    await one.opened;
    one.links[0]!.say('half a li');
    one.links[0]!.unplug();
    expect(one.shown()).toMatch(/half a li\n--- \/dev\/ttyFAKE went away: .*; waiting for it\n/);
    // It stays away for a while.
    await vi.waitFor(() => expect(one.refused()).toBeGreaterThan(1), { timeout: 30_000 });
    one.links.push(new FakeLink());
    await vi.waitFor(() => expect(one.shown()).toMatch(/is back after/), { timeout: 30_000 });
    one.links[1]!.say('here again\n');
    expect(await one.end).toMatchObject({ kind: 'expected' });
  });

  it('says why when the port cannot be opened at all', async () => {
    const one = session({ open: () => Promise.reject(new Error('/dev/ttyX is busy')) });
    one.opened.catch(() => {});
    await expect(one.end).rejects.toThrow('/dev/ttyX is busy');
  });

  it('shows what the filter lets through, crash reports always, and logs everything', async () => {
    const log = join(folder, 'all.log');
    const one = session({ filter: parseFilter('wifi:W'), log, expect: [/^end/], keepGoing: true });
    await one.opened;
    one.links[0]!.say('I (1) wifi: fine\nW (2) wifi: weak\nhello\nassert failed: f a.c:1 (x)\n');
    one.links[0]!.say('MEPC    : 0x4200832e\nRebooting...\nend\n');
    await one.end;
    const lines = one.shown().split('\n');
    expect(lines.filter((line) => !line.startsWith('---'))).toEqual([
      'W (2) wifi: weak',
      'assert failed: f a.c:1 (x)',
      'MEPC    : 0x4200832e',
      'Rebooting...',
      '',
    ]);
    const logged = readFileSync(log, 'utf8').trim().split('\n');
    expect(logged.filter((line) => !line.includes('---'))).toHaveLength(7);
    for (const line of logged) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} /);
  });

  it('shows a prompt before its line ends, and the line once', async () => {
    const one = session({ stamp: 'elapsed', expect: [/done/] });
    await one.opened;
    one.links[0]!.say('name? ');
    await vi.waitFor(() => expect(one.shown()).toMatch(/ s name\? $/), { timeout: 30_000 });
    one.links[0]!.say('lamp\ndone\n');
    await one.end;
    expect(one.shown()).toMatch(/^ +\d+\.\d{3} s name\? lamp\n +\d+\.\d{3} s done$/m);
  });

  it('obeys its keys', async () => {
    const one = session();
    const keyboard = new Keyboard();
    const press = async (text: string) => {
      for (const action of keyboard.take(text)) await one.monitor.act(action);
    };
    await one.opened;
    await press('hi\r\x14');
    await press('\x12\x14p');
    expect(one.calls).toEqual(['reset', 'bootloader']);
    expect(one.links[0]!.sent).toEqual(['hi\r']);
    await press('\x14\x02');
    one.links[0]!.say('AB\n');
    expect(one.shown()).toMatch(/00000000 {2}41 42 0a .*AB\.\n$/);
    await press('\x14b\x14y');
    one.links[0]!.say('hidden\n');
    await press('\x14y');
    one.links[0]!.say('seen\n');
    expect(one.shown()).not.toMatch(/hidden/);
    expect(one.shown()).toMatch(/seen/);
    await press('\x14\x14\x14\x1d\x1d');
    expect(one.links[0]!.sent.at(-1)).toBe('\x14\x1d');
    expect(await one.end).toEqual({ kind: 'left' });
  });

  it('tells programs of each thing as an object', async () => {
    const events: MonitorEvent[] = [];
    const one = session({ onEvent: (event) => events.push(event), expect: [/x/], keepGoing: true });
    one.opened.catch(() => {});
    await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 30_000 });
    one.links[0]!.say(
      'Stack smashing protect failure!\n  #0 0x00000010 in loop()\nRebooting...\nx\n',
    );
    await one.end;
    expect(events.find(({ event }) => event === 'crash')).toMatchObject({
      kind: 'panic',
      trace: ['0x00000010 loop()'],
    });
    expect(one.shown()).toBe('');
  });
});
