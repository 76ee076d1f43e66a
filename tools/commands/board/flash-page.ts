import type { RegionReport } from '../../serial/flasher/run.ts';
import { revisionText } from '../../serial/loader/revision.ts';
import type { Column, Page } from '../support/page.ts';
import { hexText } from '../support/text.ts';
import type { BoardFlashReport } from './flash-one.ts';
import type { Outcome } from './session.ts';

const DONE = { written: 'written', patched: 'changed sectors written', skipped: 'there already' };
const WOULD = {
  written: 'to write',
  patched: 'changed sectors to write',
  skipped: 'there already',
};

/** A table of regions for each board that went well. */
export function fillFlashPage(
  page: Page,
  outcomes: readonly Outcome<BoardFlashReport>[],
  dryRun: boolean,
): void {
  const words = dryRun ? WOULD : DONE;
  const columns: Column<RegionReport>[] = [
    { title: 'address', cell: (region) => hexText(region.offset), right: true },
    { title: 'bytes', cell: (region) => String(region.length), right: true },
    { title: 'what', cell: (region) => region.name },
    { title: 'done', cell: (region) => words[region.action] },
    { title: 'flash', cell: (region) => String(region.written), right: true },
    { title: 'sent', cell: (region) => (dryRun ? '–' : String(region.sent)), right: true },
  ];
  for (const outcome of outcomes) {
    if (!outcome.ok) continue;
    const { chip, revision, mac, regions, erased, forced, verified } = outcome.result;
    const which = revision === undefined ? chip : `${chip} ${revisionText(revision)}`;
    const facts = [which, mac ?? ''];
    page.table(`${outcome.port}: ${facts.filter(Boolean).join(', ')}`, columns, regions);
    page.lines(
      dryRun ? 'To erase' : 'Erased',
      erased.map(({ name, offset, length }) => `${name}: ${length} bytes at ${hexText(offset)}`),
    );
    page.lines('Forced', forced);
    if (!verified)
      page.lines('Not verified', ['secure download mode answers no questions about flash']);
  }
}
