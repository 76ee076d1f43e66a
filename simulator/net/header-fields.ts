/** RFC 9110 §5.6.2 and §5.5: what a field's name and value are made of. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NO_VALUE = /[\0\r\n]/;

/** The fields of a head, read as the web's Headers are; those take longer to fill than a server takes to answer. */
export class HeaderFields {
  readonly #fields = new Map<string, string>();

  /** @throws RangeError for a name or a value that no field has */
  append(name: string, value: string): void {
    if (!NAME.test(name) || NO_VALUE.test(value)) throw new RangeError(`no header field: ${name}`);
    const key = name.toLowerCase();
    const before = this.#fields.get(key);
    this.#fields.set(key, before === undefined ? value : `${before}, ${value}`);
  }

  get(name: string): string | null {
    return this.#fields.get(name) ?? this.#fields.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  /** By name, in lower case and in order. */
  *[Symbol.iterator](): IterableIterator<[string, string]> {
    yield* [...this.#fields].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  forEach(each: (value: string, name: string) => void): void {
    for (const [name, value] of this) each(value, name);
  }
}
