import { FLASH_SECTOR_SIZE, type FlashRegion } from '../flash-region.ts';
import { ENTRY_COUNT } from './entry.ts';
import { nvsError } from './nvs-errors.ts';
import { NvsPage, type StoredItem } from './page.ts';

/** An item and the page that holds it. */
export interface Located {
  page: NvsPage;
  item: StoredItem;
}

/**
 * The pages of a partition in the order in which they were begun, and the free ones
 * (nvs_flash/src/nvs_pagemanager.cpp). The last page is the one being written.
 */
export class PageList {
  readonly pageCount: number;
  /** In use, oldest first. */
  readonly pages: NvsPage[] = [];
  readonly #free: NvsPage[] = [];
  #nextSeq = 0;

  /** Loads all pages and finishes what a loss of power interrupted.
   * @throws FormatError ESP_ERR_NVS_NO_FREE_PAGES, ESP_ERR_NVS_NEW_VERSION_FOUND */
  constructor(flash: FlashRegion) {
    this.pageCount = Math.floor(flash.size / FLASH_SECTOR_SIZE);
    for (let i = 0; i < this.pageCount; i++) {
      const page = new NvsPage(flash, i * FLASH_SECTOR_SIZE);
      page.load();
      const used = page.status !== 'empty' && page.status !== 'corrupt';
      (used ? this.pages : this.#free).push(page);
    }
    this.pages.sort((a, b) => a.seq - b.seq);
    const last = this.pages.at(-1);
    if (!last) {
      this.#activate();
      return;
    }
    this.#nextSeq = last.seq + 1;
    this.#eraseOlderThanLast(last);
    this.#finishFreeing();
    if (this.#free.length === 0) {
      throw nvsError('ESP_ERR_NVS_NO_FREE_PAGES', 'no page of the NVS partition is free', {
        offset: 0,
        hint: 'erase the partition; it may have been cut short',
      });
    }
  }

  /** The page being written. */
  get current(): NvsPage {
    return this.pages.at(-1)!;
  }

  get freeCount(): number {
    return this.#free.length;
  }

  find(test: (item: StoredItem, page: NvsPage) => boolean): Located | undefined {
    for (const page of this.pages) {
      const item = page.find((candidate) => test(candidate, page));
      if (item) return { page, item };
    }
    return undefined;
  }

  /** A snapshot: items may be erased while it is walked. */
  all(): Located[] {
    return this.pages.flatMap((page) => [...page.items.values()].map((item) => ({ page, item })));
  }

  /** Power went after the last item was written, before its predecessor in an older page was erased.
   * ESP-IDF looks for a predecessor of the same type only, and leaves one of another type behind. */
  #eraseOlderThanLast(last: NvsPage): void {
    const newest = [...last.items.values()].at(-1);
    if (!newest) return;
    for (const page of this.pages) {
      if (page === last || page.status === 'freeing') continue;
      const older = page.findSame(newest);
      if (!older) continue;
      page.erase(older.index, true);
      return;
    }
  }

  /** Power went while a page was being moved: the move begins again. */
  #finishFreeing(): void {
    const freeing = this.pages.find((page) => page.status === 'freeing');
    if (!freeing) return;
    if (this.current.status === 'active') {
      const halfCopied = this.pages.pop()!;
      halfCopied.erasePage();
      this.#free.push(halfCopied);
    }
    this.#activate();
    this.#move(freeing, this.current);
  }

  #move(from: NvsPage, to: NvsPage): void {
    from.copyTo(to);
    from.erasePage();
    this.pages.splice(this.pages.indexOf(from), 1);
    this.#free.push(from);
  }

  /** Takes the first free page into use; its header is written with its first item. */
  #activate(): void {
    const page = this.#free[0];
    if (!page) throw nvsError('ESP_ERR_NVS_NOT_ENOUGH_SPACE', 'no page of the partition is free');
    if (page.status === 'corrupt') page.erasePage();
    this.#free.shift();
    page.seq = this.#nextSeq++;
    this.pages.push(page);
  }

  /**
   * Makes a page with room the current one. One page always stays free: where there is only one
   * left, the page with the most room to win is moved into it.
   * @throws FormatError ESP_ERR_NVS_NOT_ENOUGH_SPACE
   */
  requestNewPage(): void {
    if (this.current.status === 'active') this.current.markFull();
    if (this.#free.length === 0) {
      throw nvsError('ESP_ERR_NVS_INVALID_STATE', 'no page of the partition is free');
    }
    if (this.#free.length >= 2) {
      this.#activate();
      return;
    }
    let victim = this.pages[0]!;
    for (const page of this.pages) if (page.usedEntries < victim.usedEntries) victim = page;
    if (victim.usedEntries === ENTRY_COUNT) {
      throw nvsError('ESP_ERR_NVS_NOT_ENOUGH_SPACE', 'all pages are full of live entries');
    }
    victim.markFreeing();
    this.#activate();
    this.#move(victim, this.current);
  }
}
