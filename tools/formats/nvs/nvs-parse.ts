import { FormatError } from '../errors.ts';
import { PAGE_SIZE } from './entry.ts';
import type { NvsDump, NvsPageInfo, NvsProblem, PageItems, Report } from './nvs-dump.ts';
import { effectiveItems } from './nvs-parse-order.ts';
import { readItems, readPageInfo } from './nvs-parse-page.ts';
import { readNamespaces } from './nvs-parse-tree.ts';

export type {
  NvsDump,
  NvsDumpEntry,
  NvsDumpNamespace,
  NvsPageInfo,
  NvsProblem,
} from './nvs-dump.ts';

/**
 * Reads an NVS partition without changing it (ESP_FORMATS §5). Values are those that a chip reads after
 * its next mount. Values of encrypted partitions cannot be read: all their entries have a wrong CRC.
 * @throws FormatError `nvs-size`
 */
export function parseNvs(bytes: Uint8Array): NvsDump {
  if (bytes.length === 0 || bytes.length % PAGE_SIZE !== 0) {
    throw new FormatError(
      'nvs-size',
      `an NVS partition has whole pages of 4096 bytes; ${bytes.length} bytes are none`,
      { offset: bytes.length },
    );
  }
  const problems: NvsProblem[] = [];
  const report: Report = (code, offset, message) => void problems.push({ code, message, offset });
  const pages: NvsPageInfo[] = [];
  const found: PageItems[] = [];
  const seen = new Set<number>();
  let active: number | undefined;
  for (let offset = 0; offset < bytes.length; offset += PAGE_SIZE) {
    const page = bytes.subarray(offset, offset + PAGE_SIZE);
    const info = readPageInfo(page, offset, report);
    pages.push(info);
    const { seq, status } = info;
    if (seq === undefined || info.version! > 2) continue;
    if (seen.has(seq)) {
      report('page-seq-twice', offset + 4, `another page has the sequence number ${seq} too`);
    }
    seen.add(seq);
    if (status === 'active' && active !== undefined) {
      const other = `0x${active.toString(16)}`;
      report('page-active-twice', offset, `the page at ${other} is marked as being written too`);
    }
    if (status === 'active') active = offset;
    found.push({ seq, status, items: readItems(page, info, report) });
  }
  if (!pages.some((page) => page.status === 'empty' || page.status === 'corrupt')) {
    report('no-free-page', 0, 'no page is free: a chip does not mount this partition for writing');
  }
  found.sort((a, b) => a.seq - b.seq);
  return { pages, namespaces: readNamespaces(effectiveItems(found, report), report), problems };
}
