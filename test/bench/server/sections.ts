import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  abortedGets,
  descriptors,
  heads,
  memoryOf,
  stall,
  upload,
} from '../../server-process/load.ts';
import { residentMiB, startServerProcess } from '../../server-process/process.ts';
import { ADMIN_TOKEN, BENCH_ENV, createFixture, type Fixture, GATEWAY_KEY } from './fixture.ts';
import { hasNginx, mswPort, nginxStatic } from './peers.ts';
import type { PollResult } from './poll-load.ts';
import {
  bareLike,
  benchServer,
  checkRequests,
  pairs,
  profileOf,
  rangeRequest,
  rateOf,
  wholeRequest,
} from './rates.ts';
import type { WrkRequest } from './wrk.ts';

/** One line of what was measured; `goal` is what it should be. */
export interface Figure {
  what: string;
  value: string;
  goal?: string;
  /** Whether the goal is met. */
  met?: boolean;
}

export type Section = (fixture: Fixture) => Promise<Figure[]>;

const rate = (value: number) => `${value.toFixed(0)}/s`;

function ratioFigure(what: string, ratio: number, least: number, detail: string): Figure {
  return {
    what,
    value: `${ratio.toFixed(2)}× (${detail})`,
    goal: `≥ ${least}×`,
    met: ratio >= least,
  };
}

/** POST /check and Range GETs against Hono alone and against MSW, and where their time goes. */
export const rates: Section = async (fixture) => {
  const checks = await checkRequests(fixture);
  const server = await benchServer(fixture);
  const bare = await bareLike(server, checks);
  const msw = await mswPort(fixture.dataDir, BENCH_ENV);
  const bareCheck = checks.map((request) => ({ ...request, path: '/check' }));
  const bareRange: WrkRequest = { ...rangeRequest, path: '/range' };
  const figures: Figure[] = [];
  try {
    const loads: [string, number, WrkRequest[], WrkRequest[]][] = [
      ['POST /check', 0.35, checks, bareCheck],
      ['1 KiB Range GET', 0.5, [rangeRequest], [bareRange]],
    ];
    for (const [what, least, ours, theirs] of loads) {
      await rateOf(server.url, ours, { seconds: 2 });
      const { a, b, ratio } = await pairs(
        () => rateOf(server.url, ours),
        () => rateOf(bare.url, theirs),
      );
      const detail = `${rate(a)} of ${rate(b)}`;
      figures.push(ratioFigure(`${what} : bare Hono`, ratio, least, detail));
      const behind = await pairs(
        () => rateOf(server.url, ours),
        () => rateOf(msw.url, ours),
        1,
      );
      const there = `${rate(behind.a)} of ${rate(behind.b)}`;
      figures.push(ratioFigure(`${what} : MSW getResponse`, behind.ratio, 2, there));
    }
  } finally {
    await bare.stop();
    await msw.stop();
    await server.stop();
  }
  for (const [what, requests] of [
    ['POST /check', checks],
    ['1 KiB Range GET', [rangeRequest]],
  ] as const) {
    const shares = await profileOf(fixture, [...requests]);
    for (const [name, share] of shares.filter(([, of]) => of >= 0.02)) {
      figures.push({ what: `${what}: time in ${name}`, value: `${(share * 100).toFixed(0)} %` });
    }
  }
  return figures;
};

/** Whole 1 MiB images against nginx's static files. */
export const downloads: Section = async (fixture) => {
  if (!hasNginx()) {
    return [
      {
        what: '1 MiB downloads',
        value: 'not measured: nginx is missing (apt-get install nginx-light)',
      },
    ];
  }
  const server = await benchServer(fixture);
  const nginx = await nginxStatic(fixture.image);
  const theirs: WrkRequest = { ...wholeRequest, path: '/image.bin' };
  const options = { connections: 16, seconds: 4 };
  try {
    await rateOf(server.url, [wholeRequest], options);
    const before = residentMiB(server.pid);
    const { a, b, ratio } = await pairs(
      () => rateOf(server.url, [wholeRequest], options),
      () => rateOf(nginx.url, [theirs], options),
    );
    const grown = residentMiB(server.pid) - before;
    return [
      ratioFigure(
        '1 MiB downloads : nginx',
        ratio,
        0.5,
        `${a.toFixed(0)} of ${b.toFixed(0)} MiB/s`,
      ),
      {
        what: '1 MiB downloads: memory',
        value: `${grown.toFixed(0)} MiB more`,
        goal: '≤ 32',
        met: grown <= 32,
      },
    ];
  } finally {
    await server.stop();
    await nginx.stop();
  }
};

/** The same check with 10× and 100× the rows, each in turn with 1×. */
export const growth: Section = async () => {
  const grownTimes: Grown[] = [];
  for (const times of [1, 10, 100]) grownTimes.push(await grown(times));
  const [least, ...more] = grownTimes as [Grown, ...Grown[]];
  try {
    const figures: Figure[] = [];
    for (const larger of more) {
      const { a, b, ratio } = await pairs(larger.load, least.load);
      const { firmware, logs } = larger.fixture.size;
      const what = `POST /check with ${firmware} firmware, ${logs} log rows : 100, 10000`;
      figures.push(ratioFigure(what, ratio, 0.75, `${rate(a)} of ${rate(b)}`));
    }
    return figures;
  } finally {
    for (const each of [least, ...more]) await each.stop();
  }
};

interface Grown {
  fixture: Fixture;
  load(): Promise<number>;
  stop(): Promise<void>;
}

async function grown(times: number): Promise<Grown> {
  const fixture = await createFixture({ firmware: 100 * times, logs: 10_000 * times });
  const server = await benchServer(fixture);
  const checks = await checkRequests(fixture);
  await rateOf(server.url, checks, { seconds: 2 });
  return {
    fixture,
    load: () => rateOf(server.url, checks),
    async stop() {
      await server.stop();
      fixture.remove();
    },
  };
}

/** The highest rate of polls at which p99 stays below 100 ms, as gateways that poll once a minute. */
export const gateways: Section = async (fixture) => {
  const server = await benchServer(fixture);
  const figures: Figure[] = [];
  try {
    for (let perSecond = 250; perSecond <= 16_000; perSecond *= 2) {
      const { p50Ms, p99Ms, failed } = await polls(server.url, perSecond);
      const held = failed === 0 && p99Ms < 100;
      figures.push({
        what: `${perSecond * 60} gateways polling every 60 s`,
        value: `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms${failed > 0 ? `, ${failed} failed` : ''}`,
        ...(held ? { goal: 'p99 < 100 ms', met: true } : {}),
      });
      if (!held) break;
    }
  } finally {
    await server.stop();
  }
  return figures;
};

function polls(url: string, perSecond: number): Promise<PollResult> {
  const script = fileURLToPath(new URL('./poll-load.ts', import.meta.url));
  const args = [script, url, GATEWAY_KEY, String(perSecond), '6', '500'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout) as PollResult),
    );
  });
}

/** Memory and descriptors under uploads, stalled and aborted downloads: the full counts. */
export const memory: Section = async () => {
  const fixture = await createFixture({ firmware: 20, logs: 100 });
  const env = { ...BENCH_ENV, MAX_UPLOAD_SIZE: '400MB' };
  const server = await startServerProcess({
    dataDir: fixture.dataDir,
    args: ['--log', 'off'],
    env,
  });
  const key = `X-API-Key: ${GATEWAY_KEY}\r\n`;
  const figures: Figure[] = [];
  const limit = (what: string, value: number, most: number, unit: string) =>
    figures.push({
      what,
      value: `${value.toFixed(0)} ${unit}`,
      goal: `≤ ${most} ${unit}`,
      met: value <= most,
    });
  const order = (size: number, version: string, seed: number) => ({
    size,
    version,
    seed,
    token: ADMIN_TOKEN,
  });
  try {
    await upload(server.url, order(3e6, '0.1.0', 1));
    const one = await memoryOf(server, () => upload(server.url, order(300e6, '1.0.0', 2)));
    limit('300 MB upload: growth', one.peak - one.before, 64, 'MiB');
    const many = await memoryOf(server, () =>
      Promise.all(
        Array.from({ length: 100 }, (_, i) => upload(server.url, order(50e6, `2.0.${i}`, 3 + i))),
      ),
    );
    if (many.result.some((status) => status !== 201)) throw new Error('An upload was refused.');
    limit('100 uploads of 50 MB at once: resident', many.peak, 300, 'MiB');
    const before = descriptors(server.pid);
    const stalled = await memoryOf(server, async () => {
      const sockets = await stall(server.url, '/api/v1/firmware/4/download', 1000, key);
      while (descriptors(server.pid) < before + 1000) await wait(50);
      await wait(1000);
      return sockets;
    });
    limit('1,000 stalled downloads: resident', stalled.peak, 300, 'MiB');
    for (const socket of stalled.result) socket.destroy();
    while (descriptors(server.pid) > before + 5) await wait(50);
    const headers = { 'x-api-key': GATEWAY_KEY };
    await heads(server.url, '/api/v1/firmware/4/download', 10_000, headers);
    await abortedGets(server.url, '/api/v1/firmware/4/download', 10_000, headers);
    await wait(500);
    limit(
      '10,000 HEADs and aborted GETs: descriptors',
      descriptors(server.pid) - before,
      5,
      'more',
    );
    return figures;
  } finally {
    await server.stop();
    fixture.remove();
  }
};
