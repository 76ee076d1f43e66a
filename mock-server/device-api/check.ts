import type { z } from 'zod';
import type { Client } from '../http/client.ts';
import { type CheckFacts, factsForCheck } from '../store/device-log.ts';
import type { DeviceLogRow } from '../store/schema.ts';
import { parseVersion } from '../versions/version.ts';
import type { offerAnswer } from './answers.ts';
import type { Release } from './catalog.ts';
import type { Catalogs } from './catalogs.ts';
import { type DeviceDeps, DOWNLOAD } from './deps.ts';
import { changesOfCheck, type LogChange } from './log-life.ts';
import { applyChange, type CheckedDevice, isDue, noteUnreadable } from './log-writer.ts';
import { decide } from './offer.ts';
import type { checkRequest } from './schemas.ts';

/** Characters of a version that the log keeps. */
const VERSION_KEPT = 64;

type Offer = z.output<typeof offerAnswer>;
export type CheckResult = Offer | { update_available: false; reason: string };

/**
 * Answers a device's check, and lets it settle what its log had left open: whatever version a device reports is evidence. Of a
 * version that cannot be read nothing follows but a row for people.
 */
export async function checkDevice(
  deps: DeviceDeps,
  catalogs: Catalogs,
  asked: z.output<typeof checkRequest>,
  client: Client,
): Promise<CheckResult> {
  const { store, clock, staleMs } = deps;
  const now = clock.now();
  const facts = await factsForCheck(store.db, asked.device_type, asked.device_id);
  const device = { id: asked.device_id, version: clip(asked.current_version), now };
  const version = parseVersion(asked.current_version);
  if (!version) return unreadable(deps, device, facts);
  const running = { version, build: asked.current_build };
  const found = catalogs.get(asked.device_type, facts.revision);
  const catalog = found instanceof Promise ? await found : found;
  const decision = decide(catalog, running);
  const target = decision.kind === 'offer' ? decision.release : undefined;
  const changes = changesOfCheck(facts.rows, {
    running,
    catalog,
    target,
    now,
    staleAfter: staleMs,
  });
  const row = await settle(deps, changes, device);
  if (decision.kind === 'none') return { update_available: false, reason: decision.reason };
  if (!row) throw new Error('An offer came to no log row.');
  return offerOf(decision.release, decision.downgrade, row, deps, client);
}

/** Writes the changes, several in one transaction; answers the row of the target. */
async function settle(
  { store }: DeviceDeps,
  changes: readonly LogChange[],
  device: CheckedDevice,
): Promise<DeviceLogRow | undefined> {
  const due = changes.filter((change) => isDue(change, device));
  const known = changes.find((change) => change.kind === 'hear');
  let target = known?.kind === 'hear' ? known.row : undefined;
  if (due.length === 1) target = (await applyChange(store.db, due[0]!, device)) ?? target;
  if (due.length > 1) {
    const written = await store.transaction(async (trx) => {
      const rows: (DeviceLogRow | undefined)[] = [];
      for (const change of due) rows.push(await applyChange(trx, change, device));
      return rows.find((row) => row !== undefined);
    });
    target = written ?? target;
  }
  return target;
}

function offerOf(
  { row: firmware }: Release,
  downgrade: boolean,
  log: DeviceLogRow,
  { access }: DeviceDeps,
  client: Client,
): Offer {
  return {
    update_available: true,
    firmware_id: firmware.id,
    version: firmware.version,
    build_number: firmware.build_number,
    file_size: firmware.file_size,
    file_hash: firmware.file_hash,
    download_url: access.link(`${DOWNLOAD}/${firmware.id}`, client),
    min_current_version: firmware.min_current_version,
    description: firmware.description,
    ...(downgrade ? { downgrade: true as const } : {}),
    log_id: log.id,
  };
}

async function unreadable(
  { store }: DeviceDeps,
  device: CheckedDevice,
  { rows }: CheckFacts,
): Promise<CheckResult> {
  const reason = 'current_version is no version that can be ordered; report one such as 1.2.3';
  const quoted = JSON.stringify(device.version);
  await noteUnreadable(store.db, device, rows.at(-1), `current_version ${quoted} cannot be read`);
  return { update_available: false, reason };
}

function clip(version: string): string {
  return version.trim().slice(0, VERSION_KEPT).toWellFormed().replaceAll('\0', '\uFFFD');
}
