import type { Command } from 'commander';
import {
  createDeviceClient,
  createMeshClient,
  type DeviceClient,
  type HttpOptions,
  type MeshClient,
  ServerError,
  UnreachableError,
} from '../../client/index.ts';
import { tell } from '../support/trouble.ts';
import { type Connection, connect } from './connection.ts';
import type { RemoteFlags } from './options.ts';
import { EXIT, explain, refusalJson } from './refusal.ts';

/** What a verb that talks to a server works with. */
export interface Session {
  connection: Connection;
  /** Contract A. */
  device: DeviceClient;
  /** Contract B. */
  mesh: MeshClient;
  json: boolean;
  /** Prints `value` as JSON where `--json` says so, else `text`. */
  show(value: unknown, text: string | string[]): void;
}

type Act<F> = (session: Session, flags: F, args: unknown[]) => Promise<void>;

/**
 * A commander action with a session. A refusal is a sentence on stderr, with `--json` also an object
 * `{error}` on stdout, and the exit code says whether a server answered at all.
 */
export function withServer<F>(act: Act<F>): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const flags = command.opts<F & RemoteFlags>();
    const connection = connect(flags, { cwd: process.cwd(), env: process.env });
    try {
      await act(openSession(connection, flags.json === true), flags, given.slice(0, -2));
    } catch (error) {
      if (!(error instanceof ServerError || error instanceof UnreachableError)) throw error;
      if (flags.json) console.log(JSON.stringify(refusalJson(error), null, 2));
      tell({ message: explain(error, connection) });
      process.exitCode = error instanceof ServerError ? EXIT.refused : EXIT.unreachable;
    }
  };
}

function openSession(connection: Connection, json: boolean): Session {
  const http: HttpOptions = { baseUrl: connection.server, adminToken: connection.token };
  return {
    connection,
    device: createDeviceClient(http),
    mesh: createMeshClient(http),
    json,
    show(value, text) {
      if (json) console.log(JSON.stringify(value, null, 2));
      else console.log(typeof text === 'string' ? text : text.join('\n'));
    },
  };
}
