import type { DeviceFirmwareRow } from '../store/schema.ts';
import { compareVersions, parseVersion, type Version, versionKey } from '../versions/version.ts';

/** A firmware with its versions read, so that a check parses nothing but its own. */
export interface Release {
  row: DeviceFirmwareRow;
  version: Version;
  /** Devices below this are not offered it. */
  minCurrent: Version | undefined;
}

/** All firmware of one device type, arranged for checks. */
export interface Catalog {
  /** Active and stable, newest first by precedence, then build number. */
  offered: readonly Release[];
  /** Every release by versionKey. */
  byVersion: ReadonlyMap<string, readonly Release[]>;
  byId: ReadonlyMap<number, Release>;
}

/** Rows whose version cannot be read are left out: nothing can be said of them. */
export function readCatalog(rows: readonly DeviceFirmwareRow[]): Catalog {
  const releases = rows.flatMap(readRelease).sort(newestFirst);
  return {
    offered: releases.filter((r) => r.row.is_active === 1 && r.row.is_stable === 1),
    byVersion: Map.groupBy(releases, (r) => versionKey(r.version)),
    byId: new Map(releases.map((r) => [r.row.id, r])),
  };
}

function readRelease(row: DeviceFirmwareRow): Release[] {
  const version = parseVersion(row.version);
  if (!version) return [];
  const { min_current_version: min } = row;
  return [{ row, version, minCurrent: min === null ? undefined : parseVersion(min) }];
}

function newestFirst(a: Release, b: Release): number {
  return (
    compareVersions(b.version, a.version) ||
    b.row.build_number - a.row.build_number ||
    b.row.id - a.row.id
  );
}
