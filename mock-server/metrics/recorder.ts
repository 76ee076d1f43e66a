import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Exchange } from '../port/listener.ts';
import type { Store } from '../store/store.ts';
import { updatesByState } from './updates.ts';

export interface Recorder {
  observe(exchange: Exchange): void;
  scrape(): Promise<{ type: string; text: string }>;
}

/** Seconds: from a cached check to a download over a weak radio. */
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']);

/** A registry of its own: two servers in a process do not share counts. */
export function createRecorder(store: Store): Recorder {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'ota_http_requests_total',
    help: 'Requests answered on a port; status 0 where the connection ended first.',
    labelNames,
    registers,
  });
  const durations = new Histogram({
    name: 'ota_http_request_duration_seconds',
    help: 'From the headers of a request to the end of its answer.',
    labelNames: ['method', 'route'],
    buckets: DURATIONS,
    registers,
  });
  const bytes = new Counter({
    name: 'ota_http_sent_bytes_total',
    help: 'Bytes of answers, headers included.',
    labelNames: ['route'],
    registers,
  });
  const offers = new Counter({
    name: 'ota_offers_total',
    help: 'Firmware offered: checks of devices that found an update, and mesh updates created.',
    labelNames: ['contract'],
    registers,
  });
  new Gauge({
    name: 'ota_updates',
    help: "Updates in the database by state: a device's log rows, mesh updates.",
    labelNames: ['contract', 'state'],
    registers,
    async collect() {
      this.reset();
      for (const { contract, state, count } of await updatesByState(store)) {
        this.set({ contract, state }, count);
      }
    },
  });
  collectDefaultMetrics({ register: registry });

  return {
    observe(exchange) {
      const method = METHODS.has(exchange.method) ? exchange.method : 'other';
      // Targets that no route took are as many as a stranger likes.
      const route = exchange.route ?? 'none';
      requests.inc({ method, route, status: String(exchange.status) });
      durations.observe({ method, route }, exchange.ms / 1000);
      bytes.inc({ route }, exchange.bytes);
      if (exchange.offered) offers.inc({ contract: exchange.offered });
    },
    async scrape() {
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
