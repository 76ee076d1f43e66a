import { CHUNK_ANY, ITEM_TYPE } from './entry.ts';
import type { Found, PageItems, Report } from './nvs-dump.ts';
import { BlobFinder } from './nvs-parse-blob.ts';

/**
 * The items that a chip sees once it has mounted the partition, in its order (nvs_page.cpp
 * `mLoadEntryTable`, nvs_pagemanager.cpp `load`): where one stands twice, the chip keeps the later one
 * only in the page being written, and for the newest item of all; else it finds the older one first.
 * @param pages by sequence number
 */
export function effectiveItems(pages: readonly PageItems[], report: Report): Found[] {
  const kept = pages.map((page) => ({
    ...page,
    items: page.status === 'active' ? latestOnly(page.items, report) : page.items,
  }));
  dropPredecessor(kept, report);
  const freeing = kept.findIndex((page) => page.status === 'freeing');
  if (freeing >= 0) {
    // A mount throws the half-made copy away, and copies the page behind all others.
    if (kept.at(-1)!.status === 'active') kept.pop();
    kept.push(...kept.splice(freeing, 1));
  }
  return firstOnly(
    kept.flatMap((page) => page.items),
    report,
  );
}

function identityOf({ nsIndex, chunkIndex, key }: Found): string {
  return `${nsIndex}/${chunkIndex}/${key}`;
}

function latestOnly(items: readonly Found[], report: Report): Found[] {
  const latest = new Map<string, Found>();
  for (const item of items) {
    const identity = identityOf(item);
    const older = latest.get(identity);
    if (older) reportTwice(older, item, report);
    latest.delete(identity);
    latest.set(identity, item);
  }
  return [...latest.values()];
}

/** Power went after the newest item was written, before the one it replaces was erased. */
function dropPredecessor(pages: PageItems[], report: Report): void {
  const last = pages.at(-1);
  const newest = last?.items.at(-1);
  if (!newest) return;
  for (const page of pages) {
    if (page === last || page.status === 'freeing') continue;
    const at = page.items.findIndex((item) => identityOf(item) === identityOf(newest));
    if (at < 0) continue;
    reportTwice(page.items[at]!, newest, report);
    page.items = page.items.toSpliced(at, 1);
    return;
  }
}

/** Pieces of blobs stay: two with one number make their blob unreadable. A blob that is not complete is
 * erased when the partition is mounted, and hides nothing. */
function firstOnly(items: readonly Found[], report: Report): Found[] {
  const blobs = new BlobFinder(items);
  const first = new Map<string, Found>();
  return items.filter((item) => {
    if (item.type === ITEM_TYPE.blobIndex && !blobs.piecesOf(item).complete) return true;
    const identity = identityOf(item);
    const older = first.get(identity);
    if (!older) {
      first.set(identity, item);
      return true;
    }
    reportTwice(item, older, report);
    return item.chunkIndex !== CHUNK_ANY;
  });
}

function reportTwice(item: Found, other: Found, report: Report): void {
  const message = `${JSON.stringify(item.key)} stands at 0x${other.offset.toString(16)} too, which counts`;
  report('duplicate', item.offset, message);
}
