import { sql } from 'kysely';
import { type AuthSettings, createOtaServer, type OtaServer } from '../../mock-server/index.ts';
import { createDeviceClient, type DeviceClient } from '../../tools/client/index.ts';
import { DEVICE_TYPE } from './firmware.ts';
import { readImageVersion } from './image-version.ts';

/** 2026-01-01T00:00:00Z, as in every world. */
export const EPOCH_MS = 1_767_225_600_000;

/** A server with releases on it that several runs may use, one after another: what devices told it is forgotten between them. */
export class ServerBed {
  readonly server: OtaServer;
  readonly client: DeviceClient;
  readonly #clock: { now: () => number };

  private constructor(server: OtaServer, clock: { now: () => number }, adminToken?: string) {
    this.server = server;
    this.#clock = clock;
    this.client = createDeviceClient({
      baseUrl: 'http://ota.test',
      fetch: (request) => server.fetch(request),
      ...(adminToken && { adminToken }),
    });
  }

  /** `publicUrl`: what links begin with; default http://ota.test. `auth`: default none; else with an admin's token in it. */
  static async open(
    releases: readonly Uint8Array[] = [],
    { publicUrl, auth }: { publicUrl?: string; auth?: Exclude<AuthSettings, 'open'> } = {},
  ): Promise<ServerBed> {
    const clock = { now: () => EPOCH_MS };
    const server = await createOtaServer({
      clock: { now: () => clock.now() },
      logError: () => {},
      ...(publicUrl && { publicUrl }),
      ...(auth && { auth }),
    });
    const bed = new ServerBed(server, clock, auth?.adminToken);
    for (const image of releases) await bed.publish(image);
    return bed;
  }

  /** From now on the server's time is this, in milliseconds since 1970. */
  setClock(now: () => number): void {
    this.#clock.now = now;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Uploads and registers an image, stable; answers its id. With `as`, whatever the file is, under that version. */
  async publish(image: Uint8Array, as?: string): Promise<number> {
    const file = new Uint8Array(image);
    const { version, build_number } = as
      ? { version: as, build_number: 1 }
      : readImageVersion(image);
    const stored = await this.client.uploadFirmware({
      file,
      device_type: DEVICE_TYPE,
      version,
      build_number,
      ...(as && { allow_raw: true }),
    });
    const { file_size, file_hash, binary_path } = stored;
    const row = { device_type: DEVICE_TYPE, version, build_number, is_stable: true };
    return (await this.client.registerFirmware({ ...row, file_size, file_hash, binary_path })).id;
  }

  /** As if no device had ever called: no rows of theirs, ids from 1, no faults. */
  async forgetDevices(): Promise<void> {
    const { db } = this.server.store;
    this.server.faults.clear();
    await db.deleteFrom('device_ota_log').execute();
    await sql`delete from sqlite_sequence where name = 'device_ota_log'`.execute(db);
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
