import type { DeviceFirmware, DeviceLog } from '../../../tools/client/index.ts';
import { StoryRun } from '../story-run.ts';
import { versionOf } from '../version-of.ts';
import { SECOND, type World } from '../world.ts';
import { fleetWorld, settledVersion } from './fleet.ts';
import { Logbook } from './logbook.ts';
import type { DeviceReport, FleetDevice, FleetImages, FleetOptions, FleetReport } from './types.ts';

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** The world is looked at once in so many virtual seconds. */
const LOOK = 5 * SECOND;

/**
 * A fleet of C clients lives through releases: a walk over a minimum version, a beta, three bad images, a server that goes down.
 * What is asserted is seen from outside: flash bytes, the server's rows, requests on the wire.
 */
export async function runDirectUpdate(options: FleetOptions): Promise<FleetReport> {
  const story = new DirectUpdateStory(options);
  try {
    return await story.run();
  } finally {
    story.close();
  }
}

/** How a bad image shows, and what the server must be told of it. */
const BAD: { image: 'crash' | 'hang' | 'mute'; how: string; reason: RegExp }[] = [
  { image: 'crash', how: 'crashes before it is confirmed', reason: /panic/i },
  { image: 'hang', how: 'hangs before it is confirmed', reason: /watchdog/i },
  { image: 'mute', how: 'works, but cannot reach the server', reason: /reach/i },
];

class DirectUpdateStory {
  readonly #options: FleetOptions;
  readonly #world: World;
  readonly #log: Logbook;
  readonly #run: StoryRun;
  #phaseStart = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#world = fleetWorld(options);
    this.#log = new Logbook(this.#world);
    this.#run = new StoryRun(this.#world, options);
    this.#online();
    options.onWorld(this.#world.clock);
  }

  async run(): Promise<FleetReport> {
    const { seed } = this.#options;
    await this.#comeUp();
    await this.#walk();
    await this.#beta();
    for (const bad of BAD) await this.#bad(bad);
    await this.#outage();
    const devices = await Promise.all(this.#options.devices.map((one) => this.#report(one)));
    return { ...this.#run.outcome(), seed, devices };
  }

  close(): void {
    this.#world.close();
  }

  get #interval(): number {
    return this.#options.checkInterval * SECOND;
  }

  async #comeUp(): Promise<void> {
    const { devices, images } = this.#options;
    const version = versionOf(images.first);
    this.#begin(`${devices.length} devices come up on ${version}`);
    this.#world.powerOn();
    const asked = (name: string) => this.#heard(name, `POST /check ${version}`);
    const all = await this.#until(() => devices.every(({ name }) => asked(name)), 10 * MINUTE);
    this.#check('each boots from flash, joins the WiFi and asks the server for updates', all);
    this.#end();
  }

  /** The third release needs the second: nobody may jump. */
  async #walk(): Promise<void> {
    const { images, devices } = this.#options;
    const [second, third] = [images.second, images.third].map(versionOf) as [string, string];
    this.#begin(`${versionOf(images.first)} → ${second} → ${third}, which needs ${second}`);
    await this.#publish('second', {});
    const { id } = await this.#publish('third', { min_current_version: second });
    const there = await this.#settles(devices, third, 6 * HOUR);
    this.#check(`all run ${third} from flash, confirmed`, there, this.#versions());
    const rows = await this.#rows(id);
    const from = new Set(rows.map((row) => row.from_version));
    this.#check(
      `each went by way of ${second}`,
      rows.length === devices.length && from.size === 1 && from.has(second),
      [...from].join(', '),
    );
    await this.#success(id, third);
    this.#end();
  }

  async #beta(): Promise<void> {
    const { devices } = this.#options;
    const version = versionOf(this.#options.images.beta);
    this.#begin(`${version} is published as a beta, and marked stable later`);
    const { id } = await this.#publish('beta', { is_stable: false });
    await this.#until(() => false, 2.5 * this.#interval);
    const early = await this.#rows(id);
    this.#check(
      'while it is a beta, it is offered to nobody',
      early.length === 0,
      `${early.length}`,
    );
    await this.#options.client.updateFirmware(id, { is_stable: true });
    const there = await this.#settles(devices, version, 3 * this.#interval + HOUR);
    this.#check(`once it is stable, all run ${version}`, there, this.#versions());
    await this.#success(id, version);
    this.#end();
  }

  /** Every device takes it, falls back by itself, says why, and leaves it alone after the second time. */
  async #bad({ image, how, reason }: (typeof BAD)[number]): Promise<void> {
    const { devices, images } = this.#options;
    const [version, good] = [versionOf(images[image]), versionOf(images.beta)];
    this.#begin(`${version} ${how}`);
    const { id } = await this.#publish(image, {});
    const twice = async () => {
      const rows = await this.#rows(id, 'rolled_back');
      return devices.every(
        (device) => rows.filter((row) => row.device_id === device.id).length >= 2,
      );
    };
    const failed = await this.#until(twice, 12 * this.#interval + 6 * HOUR);
    const rows = await this.#rows(id, 'rolled_back');
    this.#check(`each takes ${version} and rolls back, twice`, failed, `${rows.length} rows`);
    const why = rows.filter((row) => !reason.test(row.error_message ?? ''));
    this.#check('and tells the server why', why.length === 0, why[0]?.error_message ?? '');
    const before = this.#attempts(id);
    await this.#until(() => false, 3 * this.#interval);
    const again = this.#attempts(id) - before;
    this.#check('nobody tries it a third time', again === 0, `${again} downloads more`);
    const back = await this.#settles(devices, good, MINUTE);
    this.#check(`all are back on ${good}`, back, this.#versions());
    this.#end();
  }

  async #outage(): Promise<void> {
    const { devices } = this.#options;
    const version = versionOf(this.#options.images.last);
    this.#begin(`the server goes down while ${version} is on its way`);
    const { id } = await this.#publish('last', {});
    // A small fleet has no third download: the last one that begins is under way.
    const begun = Math.min(3, devices.length);
    const under = await this.#until(
      () => this.#attempts(id) >= begun,
      3 * this.#interval + HOUR,
      SECOND / 10,
    );
    this.#world.fetch = this.#log.around(() => Promise.reject(new Error('the server is down')));
    this.#check('downloads are under way when it does', under);
    const settled = devices.filter(({ name }) => settledVersion(this.#world, name) === version);
    await this.#until(() => false, 2 * this.#interval);
    const kept = devices.filter(({ name }) => settledVersion(this.#world, name) !== '');
    this.#check(
      'nobody is lost meanwhile',
      kept.length === devices.length && settled.length < devices.length,
      this.#versions(),
    );
    this.#online();
    const there = await this.#settles(devices, version, 4 * this.#interval + 2 * HOUR);
    this.#check(`when it is back, all come to ${version}`, there, this.#versions());
    // Who was on trial when the server went could not confirm: it went back, and took the release again.
    await this.#success(id, version, /reach/i);
    this.#end();
  }

  #online(): void {
    const { server } = this.#options;
    this.#world.fetch = this.#log.around((request, caller) => server.exchange(request, caller));
  }

  async #publish(
    which: keyof FleetImages,
    more: { is_stable?: boolean; min_current_version?: string },
  ): Promise<DeviceFirmware> {
    const { client, images, deviceType } = this.#options;
    const file = new Uint8Array(images[which]);
    const version = versionOf(file);
    const stored = await client.uploadFirmware({ file, device_type: deviceType, version });
    return client.registerFirmware({
      device_type: deviceType,
      version,
      build_number: 1,
      file_size: stored.file_size,
      file_hash: stored.file_hash,
      binary_path: stored.binary_path,
      is_stable: true,
      ...more,
    });
  }

  async #rows(firmware: number, status?: DeviceLog['status']): Promise<DeviceLog[]> {
    const { items } = await this.#options.client.listLogs({
      firmware_id: firmware,
      limit: 1000,
      ...(status && { status }),
    });
    return items;
  }

  /** Confirmed by a check at the new version: the server's only proof. It may come a little after the flash has it. */
  async #success(firmware: number, version: string, excused?: RegExp): Promise<void> {
    const { devices } = this.#options;
    const confirmed = async () => {
      const rows = await this.#rows(firmware, 'success');
      return rows.filter((row) => row.confirmed_at !== null).length === devices.length;
    };
    const all = await this.#until(confirmed, 2 * this.#interval + HOUR);
    const others = (await this.#rows(firmware)).filter(
      (row) => row.status !== 'success' && !excused?.test(row.error_message ?? ''),
    );
    this.#check(
      `the server has heard each of them run ${version}`,
      all && others.length === 0,
      others.map((row) => `${row.device_id} ${row.status}`).join(', '),
    );
  }

  /** Downloads of that image that began at its first byte. */
  #attempts(firmware: number): number {
    return this.#log.downloads.filter((seen) => seen.firmware === firmware && seen.from === 0)
      .length;
  }

  #heard(device: string, start: string): boolean {
    return this.#log
      .of(device)
      .some((line) => line.side === 'server' && line.text.startsWith(start));
  }

  #settles(devices: readonly FleetDevice[], version: string, limit: number): Promise<boolean> {
    return this.#until(
      () => devices.every(({ name }) => settledVersion(this.#world, name) === version),
      limit,
    );
  }

  #versions(): string {
    const count = new Map<string, number>();
    for (const { name } of this.#options.devices) {
      const version = settledVersion(this.#world, name) || 'on trial';
      count.set(version, (count.get(version) ?? 0) + 1);
    }
    return [...count].map(([version, devices]) => `${devices} on ${version}`).join(', ');
  }

  #until(
    condition: () => boolean | Promise<boolean>,
    limit: number,
    every = LOOK,
  ): Promise<boolean> {
    return this.#run.until(condition, limit, every);
  }

  #begin(phase: string): void {
    this.#run.begin(phase);
    this.#phaseStart = this.#world.kernel.now;
  }

  #end(): void {
    this.#options.onLog?.(this.#log.of(undefined, this.#phaseStart));
  }

  #check(what: string, ok: boolean, detail?: string): void {
    this.#run.check(what, ok, detail);
  }

  async #report({ id, name }: FleetDevice): Promise<DeviceReport> {
    const { client, images } = this.#options;
    const { items } = await client.listLogs({ device_id: id, limit: 1000 });
    const firmware = new Map(
      (await client.listFirmware({ limit: 100 })).items.map((f) => [f.id, f.version]),
    );
    const heard = items
      .filter((row) => row.confirmed_at !== null)
      .sort((a, b) => a.id - b.id)
      .map((row) => firmware.get(row.firmware_id ?? 0) ?? '?');
    const mine = this.#log.downloads.filter((seen) => seen.device === name);
    return {
      name,
      id,
      path: [versionOf(images.first), ...heard],
      runs: settledVersion(this.#world, name) || 'on trial',
      restarts: this.#world.board(name).resets.length - 1,
      rolledBack: items.filter((row) => row.status === 'rolled_back').length,
      downloads: mine.length,
      resumed: mine.filter((seen) => seen.from > 0).length,
    };
  }
}
