import { readFile } from 'node:fs/promises';
import { authOf, loadSecrets, type Secrets } from '../../../mock-server/auth/secrets.ts';
import {
  createOtaServer,
  type Listening,
  type OtaServer,
  serve,
  systemClock,
  type TlsOptions,
} from '../../../mock-server/index.ts';
import { createLog, type Log } from '../../../mock-server/log/log.ts';
import { reasonOf } from '../support/input.ts';
import { bannerLines } from './banner.ts';
import { type ServerFlags, type ServerSettings, serverSettings } from './settings.ts';

/** Runs a server until it is told to stop; rejects with a sentence where it cannot be had. */
export async function startServer(flags: ServerFlags): Promise<void> {
  const settings = serverSettings(flags, process.env);
  const tls = settings.tls && (await readTls(settings.tls));
  const loaded = await loadSecrets(settings.dataDir, process.env);
  const log = openLog(settings, loaded.secrets);
  const server = await openServer(settings, loaded.secrets, log);
  try {
    const listening = await serve(server, {
      host: settings.host,
      port: settings.port,
      graceMs: settings.graceMs,
      ...(tls ? { tls } : {}),
      ...(log ? { observe: log.exchange } : {}),
      onRefused: (why, address) => log?.note(`${address ?? 'a client'} refused: ${why}`),
    });
    const cert = tls && String(tls.cert);
    const lines = bannerLines({ settings, url: listening.url, secrets: loaded, cert });
    // A log that programs read is not mixed with what people read.
    (settings.log === 'json' ? console.error : console.log)(lines.join('\n'));
    await untilStopped(listening, log);
  } finally {
    await server.close();
    log?.flush();
  }
}

function openLog(settings: ServerSettings, secrets: Secrets): Log | undefined {
  if (settings.log === 'off') return undefined;
  return createLog({
    format: settings.log,
    clock: systemClock,
    secrets: [
      secrets.adminToken,
      secrets.gatewayKey,
      secrets.jwtSecret,
      ...secrets.linkKeys.map((key) => key.secret),
    ],
    write: (text) => process.stdout.write(text),
  });
}

function openServer(
  settings: ServerSettings,
  secrets: Secrets,
  log: Log | undefined,
): Promise<OtaServer> {
  const { downloadBaseUrl, publicUrl, rateLimit } = settings;
  return createOtaServer({
    dataDir: settings.dataDir,
    imagesDir: settings.imagesDir,
    database: settings.database,
    auth: authOf(secrets, settings.open),
    links: {
      keys: secrets.linkKeys,
      ttlSeconds: settings.linkTtlMs / 1000,
      ...(downloadBaseUrl ? { baseUrl: downloadBaseUrl } : {}),
    },
    ...(publicUrl ? { publicUrl } : {}),
    ...(rateLimit > 0 ? { limits: { perMinute: rateLimit } } : {}),
    ...(log ? { logError: log.failure } : {}),
    proxies: settings.proxies,
    requireHttps: settings.requireHttps,
    maxUploadSize: settings.maxUploadSize,
    leaseSeconds: settings.leaseMs / 1000,
    staleAfterSeconds: settings.staleAfterMs / 1000,
    faults: settings.faults,
  });
}

async function readTls(files: NonNullable<ServerSettings['tls']>): Promise<TlsOptions> {
  const read = (flag: string, file: string) =>
    readFile(file, 'utf8').catch((cause) => {
      throw new Error(`${flag}: cannot read ${file}: ${reasonOf(cause as Error)}.`, { cause });
    });
  return {
    cert: await read('--tls-cert', files.cert),
    key: await read('--tls-key', files.key),
    ...(files.clientCa ? { clientCa: await read('--tls-client-ca', files.clientCa) } : {}),
  };
}

/** Resolves once a signal came and the port is closed; a second signal does not wait for requests. */
async function untilStopped(listening: Listening, log: Log | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    log?.note(signals === 1 ? `${signal}: no new requests; those under way may end` : 'stopped');
    listening.close(signals === 1 ? undefined : 0).then(resolve, reject);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    await promise;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
