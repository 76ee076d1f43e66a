import { FormatError } from '../errors.ts';
import { type NvsDump, type NvsProblem, parseNvs } from '../nvs/nvs-parse.ts';

/** What an NVS partition holds, in numbers. */
export interface NvsSummary {
  /** `unreadable`: pages are in use, but no entry in them is sound, as where it is encrypted. */
  state: 'ok' | 'damaged' | 'empty' | 'unreadable';
  namespaces: { name: string; keys: string[] }[];
  pages: number;
  pagesUsed: number;
  entriesWritten: number;
  entriesErased: number;
  problems: NvsProblem[];
}

const ENTRIES_PER_PAGE = 126;

/** Never throws for bad bytes. */
export function summarizeNvs(bytes: Uint8Array): NvsSummary {
  try {
    return summary(parseNvs(bytes));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { code, message, offset = 0 } = error;
    const none = { pages: 0, pagesUsed: 0, entriesWritten: 0, entriesErased: 0 };
    return { state: 'damaged', namespaces: [], ...none, problems: [{ code, message, offset }] };
  }
}

function summary({ pages, namespaces, problems }: NvsDump): NvsSummary {
  const used = pages.filter(({ status }) => status !== 'empty');
  const entries = namespaces.reduce((sum, namespace) => sum + namespace.entries.length, 0);
  const sum = (count: (page: (typeof pages)[number]) => number): number =>
    used.reduce((total, page) => total + count(page), 0);
  return {
    state: stateOf(used.length, entries, problems.length),
    namespaces: namespaces.map(({ name, index, entries: own }) => ({
      name: name ?? `#${index}`,
      keys: own.map(({ key }) => key),
    })),
    pages: pages.length,
    pagesUsed: used.length,
    entriesWritten: Math.min(
      sum((page) => page.written),
      used.length * ENTRIES_PER_PAGE,
    ),
    entriesErased: sum((page) => page.erased),
    problems,
  };
}

function stateOf(pagesUsed: number, entries: number, problems: number): NvsSummary['state'] {
  if (problems > 0) return entries === 0 && pagesUsed > 0 ? 'unreadable' : 'damaged';
  return entries === 0 ? 'empty' : 'ok';
}
