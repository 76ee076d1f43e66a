import { Command, InvalidArgumentError } from 'commander';
import {
  type Door,
  NamedBoards,
  type Place,
  parseBoardAddress,
  parseFault,
  type SerialBench,
  servePty,
  serveRfc2217,
  serveSocket,
} from '../../simulator/real/serial/index.ts';
import { JSON_FLAG } from './support/show.ts';

const EXAMPLES = `
A board is NAME, or NAME?chip=esp32s3&flash=FILE&size=8MB&wiring=direct&line=paced&flash-times&speed=10&fault=…
  chip     esp32 (default), esp32s3, esp32c3, esp32c6, esp32p4
  flash    file that the flash is read from, and written to at the end; without one it is erased
  wiring   transistor (default), direct, usb-jtag
  fault    wrong-md5, brown-out, garbled-boot-log, silent-stub, unplug-after:BYTES, stall-after:COMMANDS,
           reply-delay:MS, drop:SHARE, corrupt:SHARE

Examples:
  $ ota sim serve --rfc2217 :4000
  $ esptool --port rfc2217://127.0.0.1:4000 flash-id
  $ ota sim serve --rfc2217 :4000 --board 'door?chip=esp32s3&flash=door.bin' --board 'bell?chip=esp32c3'
  $ ota sim serve --pty /tmp/ttyBOARD --chip esp32c6 --flash dump.bin`;

interface ServeOptions {
  board: string[];
  chip?: string;
  flash?: string;
  wiring?: string;
  fault: string[];
  paced?: boolean;
  flashTimes?: boolean;
  rfc2217?: Place;
  socket?: Place;
  pty?: string;
  app?: boolean;
  json?: boolean;
}

interface Served {
  name: string;
  chip: string;
  ports: string[];
}

const collect = (value: string, before: string[]) => [...before, value];

export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'Put virtual boards on ports of this machine, for esptool and other clients, until Ctrl-C.',
    )
    .option(
      '--board <BOARD>',
      'a board, see below; may be repeated (default: one named board)',
      collect,
      [],
    )
    .option('--chip <CHIP>', 'chip of the boards that name none')
    .option('--flash <FILE>', 'flash of the one board')
    .option('--wiring <KIND>', 'transistor, direct or usb-jtag, for boards that name none')
    .option('--fault <FAULT>', 'something wrong with every board; may be repeated', collect, [])
    .option('--paced', 'bytes take the time of their baud rate')
    .option('--flash-times', 'erasing and programming take the time of a flash chip')
    .option(
      '--rfc2217 <[HOST]:PORT>',
      'serve RFC 2217 here; further boards on the next ports',
      place,
    )
    .option(
      '--socket <[HOST]:PORT>',
      'serve bare TCP here; further boards on the next ports',
      place,
    )
    .option('--pty <LINK>', 'make a pseudo-terminal (needs socat); further boards at LINK-NAME')
    .option('--app', 'bare TCP and pseudo-terminals begin with the app, not with the loader')
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(serve);
}

/** `:4000`, `4000`, `0.0.0.0:4000`, `[::1]:4000`. */
function place(text: string): Place {
  const match = /^(?:(\[[0-9a-f:]+\]|[^:]*):)?(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535)
    throw new InvalidArgumentError('Give [HOST]:PORT, such as :4000 (0 takes a free port).');
  const host = match[1]?.replace(/^\[|\]$/g, '');
  return host ? { host, port } : { port };
}

async function serve(options: ServeOptions): Promise<void> {
  const addresses = (options.board.length ? options.board : ['board']).map((address) => {
    return completed(address, options);
  });
  const names = addresses.map((address) => parseBoardAddress(address).spec.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new Error(`two boards are named ${twice}`);
  if (options.flash && addresses.length > 1)
    throw new Error('--flash is for one board; give each its own: --board NAME?flash=FILE');
  if (options.pty && (options.rfc2217 || options.socket))
    throw new Error('a board has one port: give --pty alone');
  const boards = new NamedBoards();
  const doors: Door[] = [];
  const failures: Promise<unknown>[] = [];
  try {
    const served: Served[] = [];
    for (const [i, address] of addresses.entries()) {
      const { bench, name } = boards.prepare(address);
      const opened = await openDoors(bench, name, i, options);
      doors.push(...opened);
      failures.push(bench.failure);
      const ports = opened.map(({ url }) => url);
      served.push({ name, chip: bench.board(name).chip.name, ports });
    }
    announce(served, options.json ?? false);
    await Promise.race([interrupted(), ...failures]);
  } finally {
    for (const door of doors) await door.close();
    await boards.close();
  }
}

/** The address with what the flags say for boards that do not say it themselves. */
function completed(address: string, options: ServeOptions): string {
  const [name = '', query = ''] = address.replace(/^sim:\/\//, '').split(/\?(.*)/s);
  const own = new URLSearchParams(query);
  const add = (key: string, value: string | undefined) => {
    if (value !== undefined && !own.has(key)) own.append(key, value);
  };
  add('chip', options.chip);
  add('flash', options.flash);
  add('wiring', options.wiring);
  add('line', options.paced ? 'paced' : undefined);
  add('flash-times', options.flashTimes ? '' : undefined);
  for (const fault of options.fault) {
    parseFault(fault);
    own.append('fault', fault);
  }
  return `${name}?${own}`;
}

async function openDoors(
  bench: SerialBench,
  name: string,
  index: number,
  { rfc2217, socket, pty, app }: ServeOptions,
): Promise<Door[]> {
  const first = app ? 'app' : 'loader';
  const next = (at: Place): Place => ({ ...at, port: at.port === 0 ? 0 : at.port + index });
  if (pty) return [await servePty(bench, name, index === 0 ? pty : `${pty}-${name}`, first)];
  const doors: Door[] = [];
  if (socket) doors.push(await serveSocket(bench, name, next(socket), first));
  const asked = rfc2217 ?? (socket ? undefined : { port: 4000 });
  if (asked) doors.push(await serveRfc2217(bench, name, next(asked)));
  return doors;
}

function announce(served: Served[], json: boolean): void {
  if (json) return console.log(JSON.stringify({ boards: served }));
  for (const { name, chip, ports } of served) console.log(`${name}  ${chip}  ${ports.join('  ')}`);
  console.log('Ctrl-C ends it');
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  });
}
