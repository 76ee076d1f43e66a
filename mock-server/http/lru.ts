/**
 * A bounded map that forgets what was not used lately: half of its room is for entries used since it was
 * last full, the other half for those before. Finding one that was used lately changes nothing, so a hot
 * entry costs a lookup.
 */
export class Lru<K, V> {
  readonly #half: number;
  #recent = new Map<K, V>();
  #before = new Map<K, V>();

  /** At most `limit` entries, 2 or more. */
  constructor(limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2));
  }

  get(key: K): V | undefined {
    const value = this.#recent.get(key);
    if (value !== undefined) return value;
    const older = this.#before.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    if (this.#recent.size >= this.#half && !this.#recent.has(key)) {
      this.#before = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, value);
  }

  delete(key: K): void {
    this.#recent.delete(key);
    this.#before.delete(key);
  }

  clear(): void {
    this.#recent.clear();
    this.#before.clear();
  }
}
