import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { formatBars } from '../../simulator/report/mesh-update.ts';
import { ServerError, UnreachableError, type Update } from '../client/index.ts';
import { statusOf, updateText } from './mesh-update-text.ts';
import { EXIT } from './remote/refusal.ts';
import type { Session } from './remote/session.ts';
import { seconds } from './remote/values.ts';
import { printable } from './support/text.ts';

export interface WatchFlags {
  interval: number;
  timeout?: number;
}

export const WATCH_HELP = `
Followed to its end, the exit code is 0 for completed and confirmed by every node, 1 for failed,
2 when no server answers for a minute, 3 for sent but not confirmed, 4 for cancelled, 5 when --timeout runs out.`;

/** A server that restarts is waited for so long, in seconds. */
const PATIENCE_S = 60;

export function watchOptions(command: Command): Command {
  return command
    .option('--interval <S>', 'ask so often, in seconds', seconds, 2)
    .option('--timeout <S>', 'give up after so many seconds', seconds);
}

/** Shows an update until it ends, then sets the exit code by its outcome. */
export async function watchUpdate(
  session: Session,
  id: number,
  { interval, timeout = Number.POSITIVE_INFINITY }: WatchFlags,
): Promise<void> {
  const display = new WatchDisplay(session.json ? undefined : process.stderr);
  const started = process.hrtime.bigint();
  const elapsed = () => Number(process.hrtime.bigint() - started) / 1e9;
  const ask = patient(() => session.mesh.getUpdate(id), elapsed, display);
  for (;;) {
    const update = await ask();
    if (update) display.show(update);
    const outcome = update && exitCodeOf(update);
    const late = elapsed() + interval > timeout;
    if (outcome === undefined && !late) {
      await wait(interval * 1000);
      continue;
    }
    display.end();
    if (update) session.show(update, updateText(update));
    if (outcome === undefined) console.error(`ota: update ${id} has not ended in ${timeout} s`);
    process.exitCode = outcome ?? EXIT.tooLate;
    return;
  }
}

/** The exit code for an update that has ended, else undefined. */
export function exitCodeOf(update: Pick<Update, 'status' | 'verified'>): number | undefined {
  if (update.status === 'completed') return update.verified ? EXIT.ok : EXIT.unconfirmed;
  if (update.status === 'failed') return EXIT.refused;
  return update.status === 'cancelled' ? EXIT.cancelled : undefined;
}

/** Asks again where a server that has answered once is away, or busy, for a while. */
function patient(
  ask: () => Promise<Update>,
  elapsed: () => number,
  display: WatchDisplay,
): () => Promise<Update | undefined> {
  let answered: number | undefined;
  return async () => {
    try {
      const update = await ask();
      answered = elapsed();
      return update;
    } catch (error) {
      const passing =
        error instanceof UnreachableError ||
        (error instanceof ServerError && (error.status === 429 || error.status >= 500));
      if (!passing || answered === undefined || elapsed() - answered > PATIENCE_S) {
        display.end();
        throw error;
      }
      display.note(`${(error as Error).message} Trying again.`);
      return undefined;
    }
  };
}

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Bars that redraw themselves on a terminal, a line for each change elsewhere. */
class WatchDisplay {
  readonly #output: Output | undefined;
  #drawn = 0;
  #last = '';
  readonly #said = new Map<string, string>();

  constructor(output: Output | undefined) {
    this.#output = output;
  }

  show(update: Update): void {
    const head = `update ${update.id} (${printable(`${update.node_type} ${update.version}`)})`;
    this.#say(head, statusOf(update));
    if (!this.#output?.isTTY) {
      for (const node of update.nodes) this.#say(`  node ${printable(node.node_id)}`, node.status);
      return;
    }
    this.#clear();
    const bars = formatBars(
      update.nodes.map((node) => ({
        name: printable(node.node_id),
        parts: node.current_part,
        total: node.total_parts ?? 0,
        status: node.status,
      })),
    );
    if (bars.length > 0) this.#output.write(`${bars.join('\n')}\n`);
    this.#drawn = bars.length;
  }

  /** A passing trouble, once. */
  note(text: string): void {
    if (text === this.#last) return;
    this.#last = text;
    this.#line(text);
  }

  end(): void {
    this.#clear();
  }

  #say(who: string, what: string): void {
    if (this.#said.get(who) === what) return;
    this.#said.set(who, what);
    this.#last = '';
    this.#line(`${who}: ${what}`);
  }

  #line(text: string): void {
    this.#clear();
    this.#output?.write(`${text}\n`);
  }

  #clear(): void {
    if (this.#drawn > 0) this.#output?.write(`\x1b[${this.#drawn}A\x1b[0J`);
    this.#drawn = 0;
  }
}
