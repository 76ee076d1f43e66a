/** What stands at a code address. */
export interface Frame {
  address: number;
  function: string;
  /** Source file and line, where the debug information has them. */
  file?: string;
  line?: number;
  /** Functions that the compiler placed inside this one, innermost first. */
  inlined?: Frame[];
}

/** Names code addresses; addresses that it does not know are missing in the answer. */
export interface Symbolizer {
  /** What it reads, for messages. */
  source: string;
  resolve(addresses: readonly number[]): Promise<Frame[]>;
}

/** A range of code with a name, `end` excluded. */
export interface Range {
  start: number;
  end: number;
  name: string;
}

/** A symbolizer over ranges that do not overlap, in any order. */
export function rangeSymbolizer(source: string, ranges: readonly Range[]): Symbolizer {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  return {
    source,
    async resolve(addresses) {
      return addresses.flatMap((address) => {
        const range = find(sorted, address);
        return range ? [{ address, function: range.name }] : [];
      });
    },
  };
}

function find(sorted: readonly Range[], address: number): Range | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]!.start <= address) low = middle + 1;
    else high = middle;
  }
  const range = sorted[low - 1];
  return range && address < range.end ? range : undefined;
}
