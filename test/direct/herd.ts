import { settledImage } from '../../simulator/oracles/flash-view.ts';
import { Logbook } from '../../simulator/scenario/direct-update/logbook.ts';
import { ROUTER, SECOND, World } from '../../simulator/scenario/world.ts';
import { md5Of } from './bench.ts';
import { clientPartitionTable } from './firmware.ts';
import { EPOCH_MS, type ServerBed } from './server-bed.ts';

/** One request of one device, as the server answered it. */
export interface Asked {
  /** µs. */
  time: number;
  device: string;
  /** "POST /check 1.0.0". */
  what: string;
  status: number;
}

/** Many C-client devices behind one router, and one server. */
export class Herd {
  readonly world: World;
  readonly log: Logbook;
  readonly bed: ServerBed;

  private constructor(bed: ServerBed, count: number, image: Uint8Array) {
    this.bed = bed;
    this.world = new World({
      seed: 'herd',
      partitionTable: clientPartitionTable(),
      rssi: (a, b) => (a === ROUTER.name || b === ROUTER.name ? -50 : undefined),
      boards: Array.from({ length: count }, (_, i) => ({
        name: `scales-${String(i + 1).padStart(2, '0')}`,
        image,
        settings: {
          device_id: i + 1,
          server: 'http://ota.test',
          wifi_ssid: ROUTER.ssid,
          wifi_pass: ROUTER.password,
        },
      })),
    });
    this.log = new Logbook(this.world);
    this.world.fetch = this.log.around((request, caller) => bed.server.exchange(request, caller));
    bed.setClock(() => EPOCH_MS + Math.floor(this.world.kernel.now / 1000));
  }

  static async open(bed: ServerBed, count: number, image: Uint8Array): Promise<Herd> {
    await bed.forgetDevices();
    return new Herd(bed, count, image);
  }

  /** The power comes back to all of them at the same instant. */
  powerOn(): void {
    for (const board of this.world.boards.values()) board.powerOn();
  }

  /** Every device's flash has the image for good, and the server has heard each run it. */
  async arrived(image: Uint8Array): Promise<boolean> {
    const boards = [...this.world.boards.values()];
    if (!boards.every((board) => settledImage(board)?.md5 === md5Of(image))) return false;
    const rows = await this.bed.server.store.rows.deviceLog();
    const proven = rows.filter(({ confirmed_at }) => confirmed_at !== null);
    return new Set(proven.map(({ device_id }) => device_id)).size === boards.length;
  }

  get asked(): Asked[] {
    return this.log.lines
      .filter(({ side }) => side === 'server')
      .map(({ time, device, text }) => {
        const [what = '', said = ''] = text.split(' → ');
        return { time, device, what, status: Number.parseInt(said, 10) };
      });
  }

  /** Seconds between a check that was refused and the next thing that its device asked for. */
  waits(): number[] {
    const waits: number[] = [];
    for (const name of this.world.boards.keys()) {
      const own = this.asked.filter(({ device }) => device === name);
      own.forEach(({ what, status, time }, i) => {
        const next = own[i + 1];
        if (next && what.startsWith('POST /check') && (status === 503 || status === 429))
          waits.push((next.time - time) / SECOND);
      });
    }
    return waits;
  }

  close(): void {
    for (const board of this.world.boards.values()) board.cutPower();
  }
}
