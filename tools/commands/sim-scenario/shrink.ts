import type { ScenarioFile } from '../../../simulator/scenario/language/schema.ts';
import type { ScenarioResult } from '../../../simulator/scenario/run/run.ts';

/** What a scenario file holds, before it is checked. */
export type Draft = Record<string, unknown> & Pick<Partial<ScenarioFile>, 'suspend'>;

/** Why a run failed, so far as a smaller one must fail alike. */
export type Failure =
  | { kind: 'oracle'; oracle: string }
  | { kind: 'expectation'; text: string }
  | { kind: 'waiting'; step: string };

/** The first reason of a run that failed: an oracle's finding before a broken expectation before a step that never began. */
export function failureKind({ findings, verdicts, waiting }: ScenarioResult): Failure | undefined {
  const [finding] = findings;
  if (finding) return { kind: 'oracle', oracle: finding.oracle };
  const verdict = verdicts.find(({ ok }) => !ok);
  if (verdict) return { kind: 'expectation', text: verdict.text };
  const [step] = waiting;
  return step === undefined ? undefined : { kind: 'waiting', step: withoutLine(step) };
}

/** Whether a run shows this failure, perhaps among others. */
export function showsFailure(result: ScenarioResult, failure: Failure): boolean {
  switch (failure.kind) {
    case 'oracle':
      return result.findings.some(({ oracle }) => oracle === failure.oracle);
    case 'expectation':
      return result.verdicts.some(
        ({ ok, text, since }) =>
          // One that must always hold is only broken once it has held.
          !ok && text === failure.text && (since !== undefined || !isBroken(failure.text)),
      );
    case 'waiting':
      return result.waiting.some((step) => withoutLine(step) === failure.step);
  }
}

export function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case 'oracle':
      return `oracle ${failure.oracle}`;
    case 'expectation':
      return `expectation "${failure.text}"`;
    case 'waiting':
      return `never came to ${failure.step}`;
  }
}

function withoutLine(step: string): string {
  return step.replace(/^line \d+: /, '');
}

/** One way to make a scenario smaller. */
export interface Cut {
  what: string;
  draft: Draft;
}

/** Whether a draft still has all that the failure is about. */
type Keeps = (smaller: Draft) => boolean;

/**
 * What must stay for a failure to mean the same. An oracle speaks of what did happen; what is expected and does not come fails all
 * the more when nobody publishes it, no gateway brings it, or nobody waits for it.
 */
export function keepsMeaning(whole: Draft, failure: Failure): Keeps {
  if (failure.kind === 'oracle') return () => true;
  const needed = (draft: Draft) => JSON.stringify([gateways(draft), orders(draft)]);
  const before = needed(whole);
  return (smaller) => needed(smaller) === before;
}

function gateways({ boards }: Draft): unknown[] {
  const list = (boards ?? []) as Draft[];
  const isOne = ({ sketch, router, project }: Draft) =>
    router ?? (project !== undefined || /(^|\/)mesh_gateway$/.test(String(sketch)));
  return list.filter(isOne).map(({ name }) => name);
}

/** Actions that bring something about which may be waited for. */
function orders({ timeline }: Draft): unknown[] {
  const actions = ((timeline ?? []) as Draft[]).flatMap((step) => Object.values(step).flat());
  return actions.filter((text) =>
    /^(publish|power on|heal|server up|router up)\b/.test(String(text)),
  );
}

/** Whether the run may be cut short: not where the failure is that something has not come yet. */
function timeMatters(failure: Failure): boolean {
  if (failure.kind === 'expectation') return !isBroken(failure.text);
  return failure.kind === 'waiting';
}

/** Whether an expectation of this text fails by something that happens, not by something that does not. */
function isBroken(text: string): boolean {
  return /^(always|never): /.test(text);
}

/**
 * Every way to make a draft one piece smaller, the largest pieces first. Some give no valid scenario: a step may name a board that
 * is gone. `seconds`: how much virtual time the failing run took.
 */
export function* cutsOf(draft: Draft, failure: Failure, seconds: number): Generator<Cut> {
  const keeps = keepsMeaning(draft, failure);
  for (const cut of allCuts(draft)) if (keeps(cut.draft)) yield cut;
  if (!timeMatters(failure)) yield* timeCuts(draft, seconds);
}

function* allCuts(draft: Draft): Generator<Cut> {
  yield* listCuts(draft, ['boards'], 'boards');
  yield* countCuts(draft);
  yield* listCuts(draft, ['timeline'], 'steps');
  yield* actionCuts(draft);
  yield* listCuts(draft, ['server', 'faults'], 'server faults');
  yield* listCuts(draft, ['server', 'images'], 'images');
  yield* listCuts(draft, ['expect'], 'expectations');
  for (const key of ['swarm', 'link', 'description']) {
    if (draft[key] === undefined) continue;
    const { [key]: _, ...rest } = draft;
    yield { what: `without ${key}`, draft: rest };
  }
}

/** Halves of a list first, then quarters, down to single items. */
function* listCuts(draft: Draft, path: readonly string[], name: string): Generator<Cut> {
  const list = path.reduce<unknown>((at, key) => (at as Draft | undefined)?.[key], draft);
  if (!Array.isArray(list) || list.length === 0) return;
  for (
    let size = Math.ceil(list.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < list.length; from += size) {
      const kept = list.toSpliced(from, size);
      yield { what: `${kept.length} ${name}`, draft: replaced(draft, path, kept) };
    }
  }
}

function* countCuts(draft: Draft): Generator<Cut> {
  const boards = (draft.boards ?? []) as Draft[];
  for (const [i, board] of boards.entries()) {
    const count = Number(board.count ?? 1);
    for (const fewer of new Set([1, Math.floor(count / 2), count - 1])) {
      if (fewer < 1 || fewer >= count) continue;
      const smaller = boards.with(i, { ...board, count: fewer });
      yield { what: `${fewer} of ${String(board.name)}`, draft: { ...draft, boards: smaller } };
    }
  }
}

/** Single actions of steps that have several. */
function* actionCuts(draft: Draft): Generator<Cut> {
  const steps = (draft.timeline ?? []) as Record<string, unknown>[];
  for (const [i, step] of steps.entries()) {
    for (const [trigger, actions] of Object.entries(step)) {
      if (!Array.isArray(actions) || actions.length < 2) continue;
      for (let j = 0; j < actions.length; j++) {
        const smaller = { ...step, [trigger]: actions.toSpliced(j, 1) };
        yield { what: 'one action less', draft: { ...draft, timeline: steps.with(i, smaller) } };
      }
    }
  }
}

/** A limit just after the failure, then half of that. */
function* timeCuts(draft: Draft, seconds: number): Generator<Cut> {
  const whole = Math.ceil(seconds);
  for (const limit of [whole, Math.ceil(whole / 2)]) {
    if (limit >= 1 && `${limit}s` !== draft.limit && limit < limitSeconds(draft)) {
      yield { what: `${limit} s of time`, draft: { ...draft, limit: `${limit}s` } };
    }
  }
}

const UNIT_SECONDS: Record<string, number> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
};

function limitSeconds({ limit }: Draft): number {
  const [, amount, unit] = /^([\d.]+)(\w+)$/.exec(String(limit)) ?? [];
  return amount && unit
    ? Number(amount) * (UNIT_SECONDS[unit] ?? Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY;
}

function replaced(draft: Draft, path: readonly string[], value: unknown): Draft {
  const [key, ...rest] = path;
  if (key === undefined) return value as Draft;
  return { ...draft, [key]: replaced((draft[key] ?? {}) as Draft, rest, value) };
}

/** Tries a draft: how long its run took in virtual seconds where it fails alike, else undefined. */
export type Try = (cut: Cut) => Promise<{ seconds: number } | undefined>;

/**
 * Takes piece after piece away while the failure stays, until no piece can go, or `most` tries were made.
 * Answers the smallest draft and the number of tries.
 */
export async function shrink(
  draft: Draft,
  first: { failure: Failure; seconds: number },
  attempt: Try,
  most: number,
): Promise<{ draft: Draft; tries: number; done: boolean }> {
  let smallest = draft;
  let took = first.seconds;
  let tries = 0;
  for (;;) {
    let smaller: Draft | undefined;
    for (const cut of cutsOf(smallest, first.failure, took)) {
      if (tries >= most) return { draft: smallest, tries, done: false };
      tries++;
      const outcome = await attempt(cut);
      if (!outcome) continue;
      smaller = cut.draft;
      took = outcome.seconds;
      break;
    }
    if (!smaller) return { draft: smallest, tries, done: true };
    smallest = smaller;
  }
}
