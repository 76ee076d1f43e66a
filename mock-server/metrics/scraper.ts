import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import type { Store } from '../store/store.ts';
import { type Count, DURATIONS, type Tally } from './tally.ts';
import { updatesByState } from './updates.ts';

export type Scraper = () => Promise<{ type: string; text: string }>;

/** A registry of its own: two servers in a process do not share counts. */
export function createScraper(store: Store, tally: Tally): Scraper {
  const registry = new Registry();
  const registers = [registry];
  new Counter({
    name: 'ota_http_requests_total',
    help: 'Requests answered on a port; status 0 where the connection ended first.',
    labelNames: ['method', 'route', 'status'],
    registers,
    collect() {
      this.reset();
      for (const { method, route, status, requests } of tally.counts()) {
        this.inc({ method, route, status }, requests);
      }
    },
  });
  new Counter({
    name: 'ota_http_sent_bytes_total',
    help: 'Bytes of answers, headers included.',
    labelNames: ['route'],
    registers,
    collect() {
      this.reset();
      for (const { route, bytes } of tally.counts()) this.inc({ route }, bytes);
    },
  });
  registry.registerMetric(durations(tally));
  new Counter({
    name: 'ota_offers_total',
    help: 'Firmware offered: checks of devices that found an update, and mesh updates created.',
    labelNames: ['contract'],
    registers,
    collect() {
      this.reset();
      for (const [contract, count] of Object.entries(tally.offers)) this.inc({ contract }, count);
    },
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
  return async () => ({ type: registry.contentType, text: await registry.metrics() });
}

const NAME = 'ota_http_request_duration_seconds';

interface Sample {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

/** A histogram out of sums: prom-client's own wants every value by itself, at ten times the cost. */
function durations(tally: Tally): Metric {
  const histogram = {
    name: NAME,
    help: 'From the headers of a request to the end of its answer.',
    type: 'histogram',
    aggregator: 'sum',
    reset() {},
    async get() {
      return { ...histogram, values: [...tally.counts()].flatMap(samplesOf) };
    },
  };
  return histogram as unknown as Metric;
}

function samplesOf({ method, route, status, requests, seconds, buckets }: Count): Sample[] {
  const labels = { method, route, status };
  const sample = (suffix: string, value: number, more = {}): Sample => ({
    metricName: `${NAME}_${suffix}`,
    labels: { ...more, ...labels },
    value,
  });
  let below = 0;
  const steps = DURATIONS.map((le, i) => {
    below += buckets[i] as number;
    return sample('bucket', below, { le });
  });
  return [
    ...steps,
    sample('bucket', requests, { le: '+Inf' }),
    sample('sum', seconds),
    sample('count', requests),
  ];
}
