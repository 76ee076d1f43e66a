import {
  activeOtadata,
  isOtadataCrcOk,
  isOtadataInvalid,
  OTADATA_EMPTY,
  type OtadataEntries,
  type OtadataEntry,
  otaStateName,
  slotOfSeq,
} from './otadata-entry.ts';

/** An otadata entry as the bootloader sees it. */
export interface OtadataEntryReport {
  seq: number;
  /** NEW … UNDEFINED, or a number in hexadecimal. */
  state: string;
  crcOk: boolean;
  /** Of entries that count, one is active: it decides. The others never do. */
  verdict: 'active' | 'counts' | 'rejected' | 'bad-crc' | 'empty';
  /** The slot it leads to, unless it is empty or there are no slots. */
  slot?: number;
}

/** @param appCount number of `ota_N` app partitions */
export function describeOtadata(
  entries: OtadataEntries,
  appCount: number,
): [OtadataEntryReport, OtadataEntryReport] {
  const active = activeOtadata(entries);
  const describe = (entry: OtadataEntry, index: number): OtadataEntryReport => {
    const { seq, state } = entry;
    const leads = seq !== OTADATA_EMPTY && appCount > 0;
    return {
      seq,
      state: otaStateName(state),
      crcOk: isOtadataCrcOk(entry),
      verdict: active === index ? 'active' : verdictOf(entry),
      ...(leads && { slot: slotOfSeq(seq, appCount) }),
    };
  };
  return [describe(entries[0], 0), describe(entries[1], 1)];
}

function verdictOf(entry: OtadataEntry): OtadataEntryReport['verdict'] {
  if (entry.seq === OTADATA_EMPTY) return 'empty';
  if (isOtadataInvalid(entry)) return 'rejected';
  return isOtadataCrcOk(entry) ? 'counts' : 'bad-crc';
}

/** One sentence on an entry. */
export function otadataEntryText(entry: OtadataEntryReport, index: number): string {
  if (entry.verdict === 'empty') return `Entry ${index} is empty.`;
  const { seq, slot, state, verdict } = entry;
  const target = slot === undefined ? '' : ` for ota_${slot}`;
  const name = `Entry ${index} (number ${seq}${target}, ${state})`;
  if (verdict === 'bad-crc') return `${name} does not count: its CRC is wrong.`;
  if (verdict === 'rejected') return `${name} does not count: that image was rejected.`;
  return `${name} counts.`;
}
