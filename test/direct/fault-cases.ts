import { faults } from '../../mock-server/index.ts';
import { broken, type FaultCase, FURTHER_CASES } from './further-cases.ts';

const check = { route: 'check' } as const;

export type { FaultCase };

export const FAULT_CASES: readonly FaultCase[] = [
  // 1: Range ignored.
  {
    row: 1,
    name: 'a resumed download is answered with the whole file',
    plans: [broken, faults.ignoreRange({ first: 1 })],
    outcome: 'arrives',
  },
  {
    row: 1,
    name: 'every Range is ignored, every download breaks off',
    plans: [faults.ignoreRange(), faults.resetAfter(40_000)],
    outcome: 'stays',
  },

  // 2: the connection drops.
  ...[0, 1, 20, 300, 4095, 4096, 40_000, -1].flatMap((at): FaultCase[] => [
    {
      row: 2,
      name: `reset once before byte ${at}`,
      plans: [faults.resetAfter(at, { first: 1 })],
      outcome: 'arrives',
      resumes: at >= 40_000 || at < 0,
    },
    {
      row: 2,
      name: `closed once before byte ${at}`,
      plans: [faults.finAfter(at, { first: 1 })],
      outcome: 'arrives',
      resumes: at >= 40_000 || at < 0,
    },
  ]),
  {
    row: 2,
    name: 'reset within the head',
    plans: [faults.resetAfter({ head: 30 }, { first: 2 })],
    outcome: 'arrives',
  },
  {
    row: 2,
    name: 'every connection is reset after 20,000 bytes',
    plans: [faults.resetAfter(20_000)],
    outcome: 'arrives',
    resumes: true,
  },
  { row: 2, name: 'the first byte never comes', plans: [faults.resetAfter(0)], outcome: 'stays' },

  // 3: silence.
  ...(['status_line', 'headers', 'first_1024', 40_000] as const).map(
    (at): FaultCase => ({
      row: 3,
      name: `silence at ${at}, once`,
      plans: [faults.stallAfter(at, undefined, { first: 1 })],
      outcome: 'arrives',
    }),
  ),
  {
    row: 3,
    name: 'silence in every download',
    plans: [faults.stallAfter('first_1024')],
    outcome: 'stays',
  },
  {
    row: 3,
    name: 'silence of three seconds, less than is borne',
    plans: [faults.stallAfter(40_000, 3)],
    outcome: 'arrives',
  },
  {
    row: 3,
    name: 'a byte a second',
    plans: [faults.drip({ bytes: 1, every_ms: 1000 })],
    outcome: 'stays',
    minutes: 45,
  },
  {
    row: 3,
    name: 'silence for ever at every check',
    plans: [faults.stallAfter('status_line', undefined, check)],
    outcome: 'stays',
  },

  // 4: no length.
  { row: 4, name: 'chunked', plans: [faults.chunked()], outcome: 'arrives' },
  { row: 4, name: 'chunked in odd sizes', plans: [faults.chunkedOddSizes()], outcome: 'arrives' },
  {
    row: 4,
    name: 'ended by the connection’s end',
    plans: [faults.closeDelimited()],
    outcome: 'arrives',
  },
  {
    row: 4,
    name: 'chunked and broken off, once',
    plans: [
      {
        ...faults.chunked([1000], { first: 1 }),
        do: [
          { fault: 'chunked', sizes: [1000] },
          { fault: 'fin_after', at: 30_000 },
        ],
      },
    ],
    outcome: 'arrives',
  },
  { row: 4, name: 'an empty body', plans: [faults.emptyBody()], outcome: 'stays' },

  // 5: where segments begin.
  { row: 5, name: 'head and body in one segment', plans: [faults.coalesced()], outcome: 'arrives' },
  {
    row: 5,
    name: 'split in status line, headers, at the first and second byte',
    plans: [faults.splitAt(['status_line', 'headers', 0, 1, -1])],
    outcome: 'arrives',
  },
  {
    row: 5,
    name: 'checks and reports byte by byte',
    plans: [faults.splitEveryByte(0, { route: ['check', 'report'] })],
    outcome: 'arrives',
  },

  // 6: somebody else answers.
  {
    row: 6,
    name: 'a captive portal answers everything',
    plans: [faults.html200()],
    outcome: 'stays',
  },
  {
    row: 6,
    name: 'everything leads to a login',
    plans: [faults.redirectToLogin('http://portal.test/login')],
    outcome: 'stays',
  },
  {
    row: 6,
    name: 'downloads lead to a page of the same server',
    plans: [faults.redirectToLogin('/login', { route: 'download' })],
    outcome: 'stays',
  },
  {
    row: 6,
    name: 'a portal for the downloads alone, once',
    plans: [faults.html200({ route: 'download', first: 1 })],
    outcome: 'arrives',
  },
  {
    row: 6,
    name: 'right bytes with the wrong label',
    plans: [faults.wrongContentType()],
    outcome: 'stays',
  },

  // 7: redirects and headers.
  { row: 7, name: 'three redirects', plans: [faults.redirectChain(3)], outcome: 'arrives' },
  { row: 7, name: 'twenty redirects', plans: [faults.redirectChain(20)], outcome: 'stays' },
  {
    row: 7,
    name: 'a Location of 512 bytes',
    plans: [faults.longLocation(512)],
    outcome: 'arrives',
  },
  {
    row: 7,
    name: 'a Location of 8192 bytes',
    plans: [faults.longLocation(8192)],
    outcome: 'stays',
  },
  { row: 7, name: 'a relative Location', plans: [faults.relativeLocation()], outcome: 'arrives' },
  { row: 7, name: 'a header of 6000 bytes', plans: [faults.hugeHeader(6000)], outcome: 'arrives' },
  { row: 7, name: 'two hundred headers', plans: [faults.manyHeaders(200)], outcome: 'arrives' },
  {
    row: 7,
    name: 'names of headers in lower case',
    plans: [faults.headerCase('lower', {}), broken],
    outcome: 'arrives',
  },
  {
    row: 7,
    name: 'names of headers in capitals',
    plans: [faults.headerCase('upper', {}), broken],
    outcome: 'arrives',
  },

  // 16 and 17: too much to do.
  {
    row: 16,
    name: 'one request in ten seconds is served',
    plans: [faults.capacity(1, 10)],
    outcome: 'arrives',
  },
  {
    row: 17,
    name: '503 with Retry-After, three times',
    plans: [faults.shedDownloads({ status: 503 }, { first: 3 })],
    outcome: 'arrives',
    failedAtServer: false,
  },
  {
    row: 17,
    name: '429 with a date, three times',
    plans: [
      faults.shedDownloads({ status: 429, retry_after: { date_in_seconds: 40 } }, { first: 3 }),
    ],
    outcome: 'arrives',
    failedAtServer: false,
  },
  {
    row: 17,
    name: '503 without Retry-After, three times',
    plans: [faults.shedDownloads({ retry_after: 'absent' }, { first: 3 })],
    outcome: 'arrives',
    failedAtServer: false,
  },
  {
    row: 17,
    name: '429 for every download',
    plans: [faults.shedDownloads({ status: 429 })],
    outcome: 'stays',
    failedAtServer: false,
  },
  {
    row: 17,
    name: '503 for every check',
    plans: [faults.shedDownloads({}, check)],
    outcome: 'stays',
    failedAtServer: false,
  },

  // 18: reports that go astray.
  {
    row: 18,
    name: 'no report reaches the server',
    plans: [faults.dropStatus()],
    outcome: 'arrives',
  },
  {
    row: 18,
    name: 'no report is answered',
    plans: [faults.loseStatusAnswer()],
    outcome: 'arrives',
  },
  { row: 18, name: '500 to five reports', plans: [faults.status500(5)], outcome: 'arrives' },
  {
    row: 18,
    name: 'each report comes twice',
    plans: [faults.duplicateStatus()],
    outcome: 'arrives',
  },
  {
    row: 18,
    name: 'reports overtake each other',
    plans: [faults.reorderStatus()],
    outcome: 'arrives',
  },
  {
    row: 18,
    name: 'reports come two minutes late',
    plans: [faults.delayStatus(120)],
    outcome: 'arrives',
  },
  ...FURTHER_CASES,
];
