import { Lru } from '../http/lru.ts';

/** SemVer 2.0, the grammar of semver.org (its suggested expression, with letters of either case). */
export const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-z-][\da-z-]*)(\.(0|[1-9]\d*|\d*[a-z-][\da-z-]*))*)?(\+[\da-z-]+(\.[\da-z-]+)*)?$/i;

/** A version that can be ordered. */
export interface Version {
  /** Major, minor, patch: digits without leading zeros, of any length. */
  core: readonly [string, string, string];
  /** Pre-release identifiers; empty for a release. */
  pre: readonly string[];
  /** Commits after the tag, by `git describe`. */
  ahead: number;
  /** The abbreviated commit, lower case; empty on the tag itself. */
  commit: string;
  /** Built from a tree with changes that are not committed. */
  dirty: boolean;
}

const LONGEST = 256;
const DESCRIBED = /^(.*?)(?:-(\d{1,9})-g([0-9a-f]{4,40}))?(-dirty)?$/is;
const SHORT = /^(\d+(?:\.\d+){0,2})([-+].*)?$/s;

/** A fleet reports the same few versions all day. */
const parsed = new Lru<string, Version>(512);
const keys = new WeakMap<Version, string>();

/**
 * Reads a version as boards report it, or `undefined`. Beyond SemVer: a leading `v`; a missing minor or patch counts as 0;
 * `-N-g<hex>` and `-dirty`, as `git describe --dirty` (ESP-IDF's default version) adds them, rank after their tag and not, as
 * SemVer alone would read them, before it.
 */
export function parseVersion(text: string): Version | undefined {
  const known = parsed.get(text);
  if (known) return known;
  const version = readVersion(text);
  if (version) parsed.set(text, version);
  return version;
}

function readVersion(text: string): Version | undefined {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) return undefined;
  const described = DESCRIBED.exec(trimmed.replace(/^v/i, ''));
  const short = SHORT.exec(described?.[1] ?? '');
  if (!described || !short) return undefined;
  const core = `${short[1]}.0.0`.split('.').slice(0, 3);
  const match = SEMVER.exec(core.join('.') + (short[2] ?? ''));
  if (!match) return undefined;
  const [, major = '', minor = '', patch = '', pre] = match;
  return {
    core: [major, minor, patch],
    pre: pre ? pre.slice(1).split('.') : [],
    ahead: Number(described[2] ?? 0),
    commit: described[3]?.toLowerCase() ?? '',
    dirty: described[4] !== undefined,
  };
}

/** Digits without leading zeros, of any length. */
function compareNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareIdentifiers(a: string, b: string): number {
  const aNumeric = /^\d+$/.test(a);
  const bNumeric = /^\d+$/.test(b);
  if (aNumeric && bNumeric) return compareNumbers(a, b);
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparePre(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const order = compareIdentifiers(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/**
 * SemVer 2.0 precedence (§11), then commits after the tag, then dirty after clean. Negative where `a` is the older one; 0 where
 * neither is, which two commits equally far from a tag also are (see versionKey).
 */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < 3; i += 1) {
    const order = compareNumbers(a.core[i]!, b.core[i]!);
    if (order !== 0) return order;
  }
  return comparePre(a.pre, b.pre) || a.ahead - b.ahead || Number(a.dirty) - Number(b.dirty);
}

/** The same text for texts that name one version; build metadata does not count. */
export function versionKey(version: Version): string {
  let key = keys.get(version);
  if (key === undefined) {
    key = keyOf(version);
    keys.set(version, key);
  }
  return key;
}

function keyOf({ core, pre, ahead, commit, dirty }: Version): string {
  return `${core.join('.')}-${pre.join('.')}+${ahead}.${commit}.${dirty ? 'dirty' : ''}`;
}
