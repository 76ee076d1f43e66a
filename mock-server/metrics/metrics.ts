import type { Exchange } from '../port/listener.ts';
import type { Store } from '../store/store.ts';
import type { Recorder } from './recorder.ts';

/** Counts what ports serve, and tells it in Prometheus' text format. */
export interface Metrics {
  observe(exchange: Exchange): void;
  /** Everything counted so far, and the updates as they stand in the database. */
  scrape(): Promise<{ type: string; text: string }>;
}

/** Exchanges kept before the recorder is loaded: a server in a test never gets there. */
const EARLY_LIMIT = 256;

/** prom-client is loaded once it is asked for, or has something to do: it takes longer than a whole server in memory. */
export function createMetrics(store: Store): Metrics {
  let early: Exchange[] = [];
  let recorder: Recorder | undefined;
  let loading: Promise<Recorder> | undefined;

  async function load(): Promise<Recorder> {
    const { createRecorder } = await import('./recorder.ts');
    recorder = createRecorder(store);
    for (const exchange of early) recorder.observe(exchange);
    early = [];
    return recorder;
  }

  return {
    observe(exchange) {
      if (recorder) {
        recorder.observe(exchange);
        return;
      }
      early.push(exchange);
      if (early.length > EARLY_LIMIT) loading ??= load();
    },
    async scrape() {
      loading ??= load();
      return (await loading).scrape();
    },
  };
}
