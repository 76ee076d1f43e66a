import { join } from 'node:path';
import { openStore } from '../../mock-server/store/store.ts';
import { createRandomness, type RandomStream } from '../../simulator/kernel/prng.ts';
import {
  nothingPromised,
  type Promised,
  prepare,
  Refusal,
  ROUND,
  roundOf,
  type Subject,
} from './load.ts';
import { type Place, type ServerProcess, startServer } from './process.ts';
import { survey } from './survey.ts';

export interface CrashRun {
  kills: number;
  seed: number;
  place: Place;
  /** Told after each kill. */
  onKill?: (kill: Kill) => void;
}

export interface Kill {
  number: number;
  /** Calls of the round that had been answered by then. */
  answered: number;
  /** What was lost or left half done. */
  faults: string[];
}

/**
 * Kills a server with SIGKILL in the middle of 200 concurrent uploads and reports, starts it again on what it left, and looks;
 * again and again on the same data. The moments come from the seed: after so many answers, and a pause below a few milliseconds.
 */
export async function crashAgain({ kills, seed, place, onKill }: CrashRun): Promise<Kill[]> {
  const random = createRandomness(String(seed))('kills');
  const promised = nothingPromised();
  const done: Kill[] = [];
  let server = await startServer(place);
  try {
    const subject = await prepare(server.url, promised);
    for (let number = 0; number < kills; number += 1) {
      const answered = await killInTheMiddle(server, number, subject, promised, random);
      const complaints = server.complaints();
      server = await startServer(place);
      const faults = [...(await look(place, promised, subject)), ...complaintsOf(complaints)];
      const kill = { number, answered, faults };
      done.push(kill);
      onKill?.(kill);
    }
    return done;
  } finally {
    await server.kill();
  }
}

async function killInTheMiddle(
  server: ServerProcess,
  round: number,
  subject: Subject,
  promised: Promised,
  random: RandomStream,
): Promise<number> {
  const target = Math.floor(random() * ROUND * 0.95);
  const pause = random() * 8;
  let answered = 0;
  let killed: Promise<void> | undefined;
  const killSoon = () => {
    killed ??= new Promise((resolve) => setTimeout(resolve, pause)).then(() => server.kill());
  };
  if (target === 0) killSoon();
  const calls = roundOf(round, subject).map(async (send) => {
    try {
      await send(server.url, promised);
      answered += 1;
      if (answered >= target) killSoon();
    } catch (error) {
      if (error instanceof Refusal) throw error;
    }
  });
  const outcomes = await Promise.allSettled(calls);
  killSoon();
  await killed;
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  if (refused) throw refused.reason;
  return answered;
}

async function look(place: Place, promised: Promised, subject: Subject): Promise<string[]> {
  const store = await openStore(place.database ?? join(place.dataDir, 'ota.sqlite'), {
    migrate: false,
  });
  try {
    return await survey(store, place.imagesDir ?? join(place.dataDir, 'images'), promised, subject);
  } finally {
    await store.close();
  }
}

const complaintsOf = (text: string) =>
  text === '' ? [] : [`the server said: ${text.slice(0, 500)}`];
