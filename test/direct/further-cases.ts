import { type FaultPlan, faults } from '../../mock-server/index.ts';

/** A server's misbehaviour, and what must come of an update under it. */
export interface FaultCase {
  /** Of the list of what goes wrong in the field; 0 for the further ones. */
  row: number;
  name: string;
  plans: FaultPlan[];
  /**
   * `arrives`: the update gets through while the fault is there. `stays`: it does not, and the device goes on asking; once the fault is
   * gone it gets through.
   */
  outcome: 'arrives' | 'stays';
  /** Virtual minutes that the fault lasts, where half an hour is too short. */
  minutes?: number;
  /** The server is told of a failure meanwhile (true), or must not be (false). */
  failedAtServer?: boolean;
  /** At least one request went on where another had stopped. */
  resumes?: boolean;
}

/** The first download breaks off there, so that a Range follows. */
export const broken = faults.resetAfter(40_000, { first: 1 });
/** Found by reading code and in other clients' tests: ranges, bytes, lengths, connections. */
export const FURTHER_CASES: readonly FaultCase[] = [
  // Further ones: ranges, bytes, lengths.
  {
    row: 0,
    name: 'a Content-Range that begins elsewhere',
    plans: [broken, faults.contentRange({ start: 0 })],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'a Content-Range of another total',
    plans: [broken, faults.contentRange({ total: 99 })],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'a Content-Range of unknown total',
    plans: [broken, faults.contentRange({ total: '*' })],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'no Content-Range',
    plans: [broken, faults.missingContentRange()],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'the image is another one between two ranges',
    plans: [broken, faults.replaceImage({}, { after: 1, first: 1 })],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'the same, with its old ETag',
    plans: [broken, faults.replaceImage({ keep_etag: true }, { after: 1, first: 1 })],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'bytes that stand 16 further on',
    plans: [broken, faults.shift(16, {}, { after: 1, first: 1 })],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'a byte differs, once',
    plans: [faults.garble({ from: 5000 }, { first: 1 })],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'the head of the image is garbled, once',
    plans: [faults.garble({ from: 0, to: 24, bytes: 8 }, { first: 1 })],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'a Content-Length ten too big',
    plans: [faults.contentLength(10)],
    outcome: 'stays',
  },
  {
    row: 0,
    name: 'a Content-Length ten too small',
    plans: [faults.contentLength(-10)],
    outcome: 'stays',
  },
  {
    row: 0,
    name: 'a Content-Length too big, once, and silence',
    plans: [faults.contentLength(10, { end: 'keep' }, { first: 1 })],
    outcome: 'arrives',
  },
  { row: 0, name: 'gzip that nobody asked for', plans: [faults.gzip()], outcome: 'stays' },
  {
    row: 0,
    name: 'gzip in name only',
    plans: [faults.gzip({ claim_only: true })],
    outcome: 'stays',
  },
  {
    row: 0,
    name: '100 Continue that nobody asked for',
    plans: [faults.unaskedContinue(3)],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'the connection ends behind each answer',
    plans: [faults.closedBetweenRanges('fin', { route: ['check', 'download', 'report'] })],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'the connection breaks behind each answer',
    plans: [broken, faults.closedBetweenRanges('rst')],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'the link ends in the middle of the download',
    plans: [broken, faults.expiringLink(1, { first: 2 })],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'the server flaps ten times',
    plans: [faults.downAndUp(10, 20_000)],
    outcome: 'arrives',
    resumes: true,
  },
  { row: 0, name: 'three kilobytes a second', plans: [faults.bandwidth(3000)], outcome: 'arrives' },
  {
    row: 0,
    name: 'four seconds until each answer',
    plans: [faults.latency(4000)],
    outcome: 'arrives',
  },
  {
    row: 0,
    name: 'slices of a hundred bytes',
    plans: [faults.slicer({ fault: 'slicer', average_size: 100, size_variation: 50, delay_ms: 1 })],
    outcome: 'arrives',
  },
];
