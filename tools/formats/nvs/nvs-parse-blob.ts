import { blobIndexOf, ITEM_TYPE, VERSION_1_OFFSET, variableSize } from './entry.ts';
import type { Found } from './nvs-dump.ts';

/** What stands for a blob of format version 2. */
export interface BlobPieces {
  /** Those of the index's range, in order. */
  pieces: Found[];
  /** As a mount counts them, without a look at the bytes: an index that is not complete is erased. */
  complete: boolean;
}

const keyOf = ({ nsIndex, key }: Found): string => `${nsIndex}/${key}`;

/** All pieces of blobs among the items, by the index entry they belong to. */
export class BlobFinder {
  readonly #byKey: Map<string, Found[]>;

  constructor(items: readonly Found[]) {
    const pieces = items.filter(({ type }) => type === ITEM_TYPE.blobData);
    this.#byKey = Map.groupBy(pieces, keyOf);
  }

  piecesOf(index: Found): BlobPieces {
    const { size, chunkCount, chunkStart } = blobIndexOf(index);
    // The chip counts pieces beyond the index's range too.
    const family = (this.#byKey.get(keyOf(index)) ?? []).filter(
      ({ chunkIndex: i }) => i >= chunkStart && i < chunkStart + VERSION_1_OFFSET,
    );
    const total = family.reduce((sum, piece) => sum + variableSize(piece), 0);
    const pieces = family
      .filter(({ chunkIndex: i }) => i < chunkStart + chunkCount)
      .sort((a, b) => a.chunkIndex - b.chunkIndex);
    return { pieces, complete: family.length === chunkCount && total === size };
  }

  get all(): Found[] {
    return [...this.#byKey.values()].flat();
  }
}
