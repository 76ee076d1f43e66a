import { compareVersions, type Version, versionKey } from '../versions/version.ts';
import type { Catalog, Release } from './catalog.ts';

/** What a device runs; without a build number, builds of one version cannot be told apart. */
export interface Running {
  version: Version;
  build: number | undefined;
}

export type Decision =
  | { kind: 'offer'; release: Release; downgrade: boolean }
  | { kind: 'none'; reason: string };

/** Whether the device runs this release. */
export function runs(running: Running, release: Release): boolean {
  if (versionKey(running.version) !== versionKey(release.version)) return false;
  return running.build === undefined || running.build === release.row.build_number;
}

/** Positive where the release is newer than what runs, negative where it is older. */
function compareToRunning(release: Release, running: Running): number {
  const order = compareVersions(release.version, running.version);
  if (order !== 0 || running.build === undefined) return order;
  return release.row.build_number - running.build;
}

/**
 * What to offer a device: the newest active, stable release that is newer and that its version may be updated to; so a device
 * is walked through releases that others need first. Where its own version was deactivated and nothing newer fits, the newest
 * older one, as a downgrade.
 */
export function decide({ offered, byVersion }: Catalog, running: Running): Decision {
  const fits = (r: Release) => !r.minCurrent || compareVersions(r.minCurrent, running.version) <= 0;
  let blocked: Release | undefined;
  for (const release of offered) {
    if (compareToRunning(release, running) <= 0) break;
    if (fits(release)) return { kind: 'offer', release, downgrade: false };
    blocked = release;
  }
  const own = (byVersion.get(versionKey(running.version)) ?? []).filter((r) => runs(running, r));
  const withdrawn = own.length > 0 && own.every((r) => r.row.is_active === 0);
  if (withdrawn) {
    const older = offered.find((r) => compareToRunning(r, running) < 0 && fits(r));
    if (older) return { kind: 'offer', release: older, downgrade: true };
  }
  return { kind: 'none', reason: reasonFor(offered, blocked) };
}

function reasonFor(offered: readonly Release[], blocked: Release | undefined): string {
  if (blocked) {
    const { version, min_current_version: min } = blocked.row;
    return `${version} needs ${min} or newer first, and nothing offered leads there`;
  }
  return offered.length > 0 ? 'up to date' : 'no stable, active firmware for this device type';
}
