import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createOtaServer,
  type OtaServer,
  type OtaServerOptions,
  serve,
} from '../../mock-server/index.ts';
import { type CliOptions, type CliResult, runCli } from '../support/cli.ts';
import { runCliHere } from '../support/cli-here.ts';

export const ADMIN = 'the-admin-token';
export const GATEWAY = 'the-gateway-key';

/** A server on a real port, an empty folder to work in, and `ota` pointed at both. */
export interface CliBench {
  server: OtaServer;
  url: string;
  /** Where `ota` runs; holds no profile. */
  dir: string;
  /** Runs `ota` with the server's address and token in its environment, in this process: one at a time. */
  ota(...args: string[]): Promise<Omit<CliResult, 'orphans'>>;
  /** Runs `ota` as a process of its own, with nothing in its environment but what is given. */
  bare(args: string[], options?: CliOptions): Promise<CliResult>;
  /** Runs `ota … --json` and reads what it prints. */
  json<T>(...args: string[]): Promise<T>;
  close(): Promise<void>;
}

export async function cliBench(options: OtaServerOptions = {}): Promise<CliBench> {
  const dir = mkdtempSync(join(tmpdir(), 'ota-cli-'));
  const server = await createOtaServer({
    auth: { adminToken: ADMIN, gatewayKey: GATEWAY },
    ...options,
  });
  const listening = await serve(server);
  const clean = {
    OTA_SERVER: '',
    OTA_TOKEN: '',
    OTA_PROFILE: '',
    XDG_CONFIG_HOME: join(dir, '.config'),
  };
  const bare: CliBench['bare'] = (args, given = {}) =>
    runCli(args, { cwd: dir, ...given, env: { ...clean, ...given.env } });
  const ota: CliBench['ota'] = (...args) => {
    const env = { ...clean, OTA_SERVER: listening.url, OTA_TOKEN: ADMIN };
    return runCliHere(args, { cwd: dir, env });
  };
  return {
    server,
    url: listening.url,
    dir,
    bare,
    ota,
    async json<T>(...args: string[]) {
      const { code, stdout, stderr } = await ota(...args, '--json');
      if (code !== 0) throw new Error(`ota ${args.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as T;
    },
    async close() {
      await listening.close();
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
