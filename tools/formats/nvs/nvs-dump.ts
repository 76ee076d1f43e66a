import type { Item } from './entry.ts';
import type { PageStatus } from './page.ts';
import type { NvsType, NvsValue } from './value.ts';

/** What `parseNvs` tells of a partition. */
export interface NvsProblem {
  code: string;
  message: string;
  /** Byte in the partition. */
  offset: number;
}

export interface NvsPageInfo {
  /** Byte in the partition. */
  offset: number;
  status: PageStatus;
  /** Of pages in use. */
  seq?: number;
  /** Format version of pages in use: 1, 2, or what a newer format may be called. */
  version?: number;
  /** Entries by state; of a page not in use all are empty. */
  written: number;
  erased: number;
}

export interface NvsDumpEntry {
  key: string;
  type: NvsType;
  value: NvsValue;
  /** Of a `str` whose bytes `value` does not stand for, because they are no UTF-8 or hold a NUL: all of
   * them, the NUL at their end included. */
  bytes?: Uint8Array;
  /** Of its first entry; of a blob, that of its index. */
  offset: number;
}

export interface NvsDumpNamespace {
  /** 1 to 254, as entries refer to it. */
  index: number;
  /** Absent where no entry names the index. */
  name?: string;
  entries: NvsDumpEntry[];
}

export interface NvsDump {
  /** In the order of the partition. */
  pages: NvsPageInfo[];
  namespaces: NvsDumpNamespace[];
  /** Every inconsistency, as found: nothing is repaired. */
  problems: NvsProblem[];
}

/** An item as it was found, before it is known what it belongs to. */
export interface Found extends Item {
  offset: number;
  /** What follows the first entry: empty where the value stands in it, undefined where it is damaged. */
  value: Uint8Array | undefined;
}

/** The sound items of a page in use, in their order. */
export interface PageItems {
  status: PageStatus;
  seq: number;
  items: Found[];
}

export type Report = (code: string, offset: number, message: string) => void;
