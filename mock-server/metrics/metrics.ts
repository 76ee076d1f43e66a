import type { Exchange } from '../port/listener.ts';
import type { Store } from '../store/store.ts';
import type { Scraper } from './scraper.ts';
import { createTally } from './tally.ts';

/** Counts what ports serve, and tells it in Prometheus' text format. */
export interface Metrics {
  observe(exchange: Exchange): void;
  /** Everything counted so far, and the updates as they stand in the database. */
  scrape(): Promise<{ type: string; text: string }>;
}

/** prom-client is loaded by the first scrape: that takes longer than to begin a whole server in memory. */
export function createMetrics(store: Store): Metrics {
  const tally = createTally();
  let scraper: Promise<Scraper> | undefined;
  return {
    observe: tally.add,
    async scrape() {
      scraper ??= import('./scraper.ts').then(({ createScraper }) => createScraper(store, tally));
      return (await scraper)();
    },
  };
}
