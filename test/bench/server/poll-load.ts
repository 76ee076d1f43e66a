/**
 * Gateways that poll: requests at fixed times, whether earlier ones were answered or not, so that a
 * slow server is not spared. Run as a process: URL KEY RATE SECONDS CONNECTIONS; prints JSON.
 */
import { Agent, request } from 'node:http';

export interface PollResult {
  /** Polls a second that were answered with 200. */
  answered: number;
  failed: number;
  /** From the moment it was due to the end of its answer. */
  p50Ms: number;
  p99Ms: number;
}

async function load(
  url: string,
  key: string,
  rate: number,
  seconds: number,
  connections: number,
): Promise<PollResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let failed = 0;
  const poll = (due: number) =>
    new Promise<void>((resolve) => {
      const lost = () => {
        failed += 1;
        resolve();
      };
      const options = { agent, headers: { 'x-api-key': key } };
      request(`${url}/api/v1/ota/updates/pending`, options, (answer) => {
        answer.resume();
        answer.on('error', lost);
        answer.on('end', () => {
          if (answer.statusCode === 200) times.push(performance.now() - due);
          else failed += 1;
          resolve();
        });
      })
        .on('error', lost)
        .end();
    });
  const begin = performance.now();
  const polls: Promise<void>[] = [];
  const count = rate * seconds;
  while (polls.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - begin) / 1000) * rate));
    while (polls.length < due) polls.push(poll(begin + (polls.length * 1000) / rate));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(polls);
  agent.destroy();
  // The first second warms up both sides.
  const steady = times.slice(Math.min(rate, times.length - 1)).sort((a, b) => a - b);
  const at = (share: number) => steady[Math.floor((steady.length - 1) * share)] ?? Number.NaN;
  return { answered: times.length / seconds, failed, p50Ms: at(0.5), p99Ms: at(0.99) };
}

if (import.meta.main) {
  const [url = '', key = '', ...numbers] = process.argv.slice(2);
  const [rate = 0, seconds = 0, connections = 0] = numbers.map(Number);
  console.log(JSON.stringify(await load(url, key, rate, seconds, connections)));
}
