import { hex } from '../../formats/bytes.ts';
import type { NvsDumpEntry, NvsPageInfo, NvsProblem } from '../../formats/nvs/nvs-dump.ts';
import { parseNvs } from '../../formats/nvs/nvs-parse.ts';
import type { NvsType } from '../../formats/nvs/value.ts';
import type { Page } from '../support/page.ts';
import { hexText } from '../support/text.ts';
import type { NvsSource } from './source.ts';

/** A value in JSON: numbers, but 64-bit ones and what JSON has no number for as text; blobs in
 * hexadecimal. */
export interface NvsValueReport {
  key: string;
  type: NvsType;
  value: number | string;
  /** Of a string that is no UTF-8 text: its bytes in hexadecimal, the NUL included. */
  bytes?: string;
  /** Of its first entry, in the partition. */
  offset: number;
}

/** What `ota nvs show --json` prints. */
export interface NvsReport {
  file: string;
  partition?: { label: string; offset: number; size: number };
  size: number;
  /** No inconsistency was found. */
  valid: boolean;
  pages: NvsPageInfo[];
  namespaces: { index: number; name?: string; entries: NvsValueReport[] }[];
  problems: NvsProblem[];
}

/** @param namespace only this one
 * @throws FormatError `nvs-size` */
export function describeNvs(source: NvsSource, namespace?: string): NvsReport {
  const { name, bytes, partition } = source;
  const { pages, namespaces, problems } = parseNvs(bytes);
  return {
    file: name,
    partition,
    size: bytes.length,
    valid: problems.length === 0,
    pages,
    namespaces: namespaces
      .filter((one) => namespace === undefined || one.name === namespace)
      .map((one) => ({ ...one, entries: one.entries.map(describeEntry) })),
    problems,
  };
}

export function describeEntry({ key, type, value, bytes, offset }: NvsDumpEntry): NvsValueReport {
  return { key, type, value: jsonValue(value), ...(bytes && { bytes: hex(bytes) }), offset };
}

function jsonValue(value: NvsDumpEntry['value']): number | string {
  if (value instanceof Uint8Array) return hex(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : String(value);
}

export function fillNvsPage(page: Page, report: NvsReport): void {
  const { partition, size, pages, namespaces, problems } = report;
  const used = pages.filter(({ status }) => status !== 'empty' && status !== 'corrupt');
  const sum = (count: (info: NvsPageInfo) => number): number =>
    used.reduce((total, info) => total + count(info), 0);
  const place = partition ? `${partition.label} at ${hexText(partition.offset)}, ` : '';
  page.section(report.file, [
    ['partition', `${place}${hexText(size)} bytes`],
    ['pages', `${used.length} of ${pages.length} in use`],
    ['entries', `${sum((i) => i.written)} written, ${sum((i) => i.erased)} erased`],
  ]);
  for (const { name, index, entries } of namespaces) {
    const title = name ?? `namespace ${index}, without a name`;
    const columns = [
      { title: 'key', cell: (row: NvsValueReport) => row.key },
      { title: 'type', cell: (row: NvsValueReport) => row.type },
      { title: 'value', cell: valueText },
    ];
    if (entries.length > 0) page.table(title, columns, entries);
    else page.lines(title, ['no keys']);
  }
  if (namespaces.length === 0) page.lines('Namespaces', ['none']);
  page.problems(problems);
}

const TEXT_MAX = 80;

function valueText({ type, value }: NvsValueReport): string {
  const text = String(value);
  if (type === 'blob') {
    const size = `${text.length / 2} bytes`;
    return text.length <= TEXT_MAX ? `${size} ${text}` : `${size} ${text.slice(0, TEXT_MAX)}…`;
  }
  if (type !== 'str') return text;
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}… (${text.length} characters)`;
}
