import type { NvsStore } from '../nvs/nvs-store.ts';
import type { NvsType, NvsValue } from '../nvs/value.ts';

/** Workloads on a live NVS store, and what must be in it before and after each operation. */

export type NvsOperation =
  | { do: 'set'; namespace: string; key: string; type: NvsType; value: NvsValue }
  | { do: 'eraseKey'; namespace: string; key: string }
  | { do: 'eraseAll'; namespace: string };

/** Type and value by "namespace/key". */
export type NvsModel = ReadonlyMap<string, string>;

const describeValue = (type: NvsType, value: NvsValue): string =>
  `${type}:${value instanceof Uint8Array ? `${value.length}:${Buffer.from(value).toString('latin1')}` : value}`;

/** @throws Error where a key is listed twice, or is listed and has no value */
export function contentsOf(store: NvsStore): NvsModel {
  const model = new Map<string, string>();
  for (const { namespace, key, type } of store.entries()) {
    const name = `${namespace}/${key}`;
    if (model.has(name)) throw new Error(`${name} is there twice`);
    model.set(name, describeValue(type, store.get(namespace, key, type)));
  }
  return model;
}

/** Carries an operation out. @returns whether the store took it
 * @throws Error for a refusal that the operation cannot have */
export function runOperation(store: NvsStore, op: NvsOperation): boolean {
  try {
    if (op.do === 'set') store.set(op.namespace, op.key, op.type, op.value);
    else if (op.do === 'eraseKey') store.eraseKey(op.namespace, op.key);
    else store.eraseAll(op.namespace);
    store.commit();
    return true;
  } catch (error) {
    // By its code: a changed copy of the library has an error class of its own.
    const expected = op.do === 'set' ? 'ESP_ERR_NVS_NOT_ENOUGH_SPACE' : 'ESP_ERR_NVS_NOT_FOUND';
    if ((error as { code?: string }).code !== expected) throw error;
    return false;
  }
}

/** What is in the store once `op` was taken. */
export function contentsAfter(before: NvsModel, op: NvsOperation): NvsModel {
  const after = new Map(before);
  if (op.do === 'set') after.set(`${op.namespace}/${op.key}`, describeValue(op.type, op.value));
  else if (op.do === 'eraseKey') after.delete(`${op.namespace}/${op.key}`);
  else for (const key of before.keys()) if (key.startsWith(`${op.namespace}/`)) after.delete(key);
  return after;
}

/** Sentences on keys that hold neither their value of before nor that of after. */
export function neitherOldNorNew(found: NvsModel, before: NvsModel, after: NvsModel): string[] {
  const keys = new Set([...found.keys(), ...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const [is, old, wanted] = [found.get(key), before.get(key), after.get(key)];
    if (is === old || is === wanted) return [];
    const short = (text = 'nothing'): string => JSON.stringify(text.slice(0, 40));
    const allowed = old === wanted ? short(old) : `${short(old)} or ${short(wanted)}`;
    return [`${key} holds ${short(is)}, not ${allowed}`];
  });
}

/** Draws whole numbers below `n`, the same ones for the same seed (LCG of Numerical Recipes). */
export function drawer(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/**
 * A workload as devices have them: counters and flags set again and again, strings, blobs in one and
 * in several pieces, keys that come and go, now and then a whole namespace erased.
 * @param blobMax bytes of the longest blob
 */
export function scriptedWorkload(count: number, seed: number, blobMax = 6000): NvsOperation[] {
  const draw = drawer(seed);
  const bytes = (length: number, step: number): Uint8Array =>
    Uint8Array.from({ length }, (_, i) => (i % 5 === 0 ? 0xff : (i * step) & 0xff));
  const value = (): { type: NvsType; value: NvsValue } => {
    const kind = draw(10);
    if (kind < 3) return { type: 'u32', value: draw(1000) };
    if (kind < 4) return { type: 'u8', value: draw(2) };
    if (kind < 5) return { type: 'i64', value: BigInt(draw(1000)) - 500n };
    if (kind < 8) {
      return { type: 'str', value: String.fromCharCode(97 + draw(26)).repeat(draw(300)) };
    }
    return { type: 'blob', value: bytes(draw(draw(3) === 0 ? blobMax : 400), draw(256)) };
  };
  return Array.from({ length: count }, (): NvsOperation => {
    const namespace = ['ota', 'wifi', 'app'][draw(3)]!;
    const key = `key${draw(6)}`;
    const kind = draw(60);
    if (kind === 0) return { do: 'eraseAll', namespace };
    if (kind < 7) return { do: 'eraseKey', namespace, key };
    return { do: 'set', namespace, key, ...value() };
  });
}
