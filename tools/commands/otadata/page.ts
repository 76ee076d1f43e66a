import { slotName } from '../../formats/flash-image/boot-forecast.ts';
import type { OtadataEntryReport, OtadataWrite } from '../../formats/otadata.ts';
import { otaStateName, parseOtadata } from '../../formats/otadata.ts';
import type { Colors, Column, Page } from '../support/page.ts';

const VERDICTS: Record<OtadataEntryReport['verdict'], string> = {
  active: 'decides',
  counts: 'counts, but the other decides',
  rejected: 'does not count: its image was rejected',
  'bad-crc': 'does not count: its CRC is wrong',
  empty: 'empty',
};

function verdictText({ verdict, state }: OtadataEntryReport): string {
  if (verdict === 'active' && state === 'NEW') return 'decides, to be started on trial';
  if (verdict === 'active' && state === 'PENDING_VERIFY') return 'on trial, lost at the next reset';
  return VERDICTS[verdict];
}

type Numbered = OtadataEntryReport & { index: number };

function columns(color: Colors): Column<Numbered>[] {
  const paint = (text: string, { verdict, state }: Numbered): string => {
    if (verdict === 'active') return state === 'VALID' ? color.green(text) : color.yellow(text);
    return verdict === 'rejected' || verdict === 'bad-crc' ? color.red(text) : color.dim(text);
  };
  const used = ({ verdict }: Numbered, text: string): string => (verdict === 'empty' ? '–' : text);
  return [
    { title: 'entry', cell: (e) => String(e.index), right: true },
    { title: 'number', cell: (e) => used(e, String(e.seq)), right: true },
    { title: 'slot', cell: (e) => used(e, e.slot === undefined ? '–' : slotName(e.slot)) },
    { title: 'state', cell: (e) => used(e, e.state) },
    { title: 'CRC', cell: (e) => used(e, e.crcOk ? 'ok' : 'WRONG') },
    { title: 'verdict', cell: verdictText, paint },
  ];
}

/** Both entries as a table. */
export function fillEntries(
  page: Page,
  title: string,
  entries: readonly OtadataEntryReport[],
): void {
  const rows = entries.map((entry, index) => ({ ...entry, index }));
  page.table(title, columns(page.color), rows);
}

/** A change of otadata as `--json` has it. */
export interface WriteReport {
  entry: 0 | 1;
  /** Byte in the otadata partition; its sector is erased first. */
  offset: number;
  /** Absent where the sector is only erased. */
  seq?: number;
  state?: string;
}

export function describeWrite({ entry, offset, state, bytes }: OtadataWrite): WriteReport {
  if (!bytes) return { entry, offset };
  const padded = new Uint8Array(0x2000).fill(0xff);
  padded.set(bytes);
  return { entry, offset, seq: parseOtadata(padded)[0].seq, state: otaStateName(state) };
}

export function writeLine({ entry, offset, seq, state }: WriteReport): string {
  const sector = `entry ${entry}: sector 0x${offset.toString(16)} erased`;
  return seq === undefined ? sector : `${sector}, then number ${seq}, ${state} written`;
}
