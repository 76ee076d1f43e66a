import type { WireEnd, WireScript } from '../../tools/formats/wire-script.ts';
import type { Clock } from '../clock.ts';
import type { CallerBindings } from '../http/routes.ts';
import { ANSWER_FAULTS } from './answer-faults.ts';
import { type Asked, askedOf } from './asked.ts';
import { type Counter, createCounter } from './counter.ts';
import { draftOf, serialiseDraft, setHeader } from './draft.ts';
import { runIn } from './environment.ts';
import type { Fault } from './fault-schema.ts';
import { emptyMemory, insteadOf, type PlanMemory } from './instead.ts';
import { createLateRequests } from './late.ts';
import { type CheckedPlan, checkPlan, type FaultPlan } from './plan.ts';
import { inScope, type Subject, subjectOf } from './scope.ts';
import { scriptOf, timelineOf } from './timeline.ts';
import { WIRE_FAULTS } from './wire-faults.ts';

/** A plan in force, as it is listed. */
export interface ArmedPlan {
  id: number;
  /** Requests in its scope so far. */
  seen: number;
  /** Those it acted on. */
  applied: number;
  plan: CheckedPlan;
}

export type Ask = (request: Request) => Promise<Response>;

/** Where fault plans are armed, and what they make of the server's exchanges. */
export interface FaultEngine {
  /** Whether any plan is armed; without one nobody should call `exchange`. */
  readonly armed: boolean;
  /** Arms plans, in force from the next request on. Throws TypeError for what is no plan, and then arms none. */
  arm(plans: readonly FaultPlan[]): ArmedPlan[];
  list(): ArmedPlan[];
  /** Disarms one plan (false where there is none of that id), or all. */
  clear(id?: number): boolean;
  /** Answers by `ask` and the plans: a Response, or a script where the answer differs on the wire. */
  exchange(request: Request, caller: CallerBindings, ask: Ask): Promise<Response | WireScript>;
}

interface Armed {
  id: number;
  plan: CheckedPlan;
  seed: string;
  counter: Counter;
  memory: PlanMemory;
}

/** One fault that acts on this request. */
interface Fired {
  fault: Fault;
  armed: Armed;
  turn: number;
}

const LOST = (end: WireEnd): WireScript => ({ kind: 'wire-script', steps: [], end });

/** `clock` is the server's own, before any fault: `capacity`, `late` and Retry-After dates go by it. */
export function createFaultEngine(clock: Clock): FaultEngine {
  let plans: Armed[] = [];
  let lastId = 0;
  const late = createLateRequests(clock);

  /** Asks every plan that means this request whether it acts, and counts it. */
  async function meet(subject: Subject): Promise<{ fired: Fired[]; inScopeOf: Armed[] }> {
    const fired: Fired[] = [];
    const inScopeOf: Armed[] = [];
    for (const armed of plans) {
      if (!(await inScope(armed.plan.when ?? {}, subject))) continue;
      inScopeOf.push(armed);
      if (!armed.counter.meets(await countedAs(armed.plan, subject))) continue;
      const turn = armed.counter.applied;
      for (const fault of armed.plan.do) fired.push({ fault, armed, turn });
    }
    return { fired, inScopeOf };
  }

  return {
    get armed() {
      return plans.length > 0;
    },
    arm(added) {
      const checked = added.map(checkPlan);
      const fresh = checked.map((plan): Armed => {
        lastId += 1;
        const seed = String(plan.seed ?? 1);
        const counter = createCounter(plan.count ?? {}, seed);
        return { id: lastId, plan, seed, counter, memory: emptyMemory() };
      });
      plans = [...plans, ...fresh];
      return fresh.map(listed);
    },
    list: () => plans.map(listed),
    clear(id) {
      const before = plans.length;
      plans = id === undefined ? [] : plans.filter((armed) => armed.id !== id);
      if (id === undefined) late.clear();
      return plans.length < before;
    },
    async exchange(request, caller, ask) {
      await late.due();
      const subject = subjectOf(request, caller);
      const { fired, inScopeOf } = await meet(subject);
      const answer = await carryOut(fired, request);
      const kept = fired.some(({ fault }) => fault.fault === 'late');
      if (!kept) for (const { id } of inScopeOf) await late.passed(id);
      return answer;

      async function carryOut(all: Fired[], original: Request): Promise<Response | WireScript> {
        if (all.length === 0) return ask(original);
        const instead = await insteadOfAll(all, original, ask);
        if (typeof instead === 'string') return LOST(instead);
        const response = instead ?? (await askServer(askedOf(original, faultsOf(all)), ask));
        const lost = faultsOf(all).find(
          (fault) => fault.fault === 'lose_answer' || fault.fault === 'abort_upload',
        );
        if (lost && 'end' in lost) {
          await response.body?.cancel().catch(() => {});
          return LOST(lost.end);
        }
        return all.some(({ fault }) => touchesAnswer(fault))
          ? scripted(response, original, caller, all, clock.now())
          : response;
      }
    },
  };

  /** The newest plan has the first word, as MSW's newest handler has. */
  async function insteadOfAll(all: Fired[], request: Request, ask: Ask) {
    let chosen: Response | WireEnd | undefined;
    for (const { fault, armed, turn } of all.toReversed()) {
      const context = { memory: armed.memory, turn, now: clock.now() };
      chosen ??= insteadOf(fault, request, context);
      if (fault.fault === 'late') await late.keep(armed.id, request, fault, ask);
    }
    return chosen;
  }
}

function listed({ id, counter, plan }: Armed): ArmedPlan {
  return { id, seen: counter.seen, applied: counter.applied, plan };
}

function faultsOf(fired: readonly Fired[]): Fault[] {
  return fired.map(({ fault }) => fault);
}

async function countedAs(plan: CheckedPlan, subject: Subject): Promise<string> {
  switch (plan.count?.per) {
    case 'connection':
      return String(subject.connection);
    case 'device':
      return String(await subject.device());
    case 'gateway':
      return String(subject.gateway);
    case 'path':
      return subject.path;
    default:
      return '';
  }
}

async function askServer({ request, times, environment }: Asked, ask: Ask): Promise<Response> {
  const handle = (one: Request) => runIn(environment, () => ask(one));
  for (let i = 1; i < times; i++) {
    const extra = await handle(request.clone() as Request);
    await extra.body?.cancel();
  }
  return handle(request);
}

function touchesAnswer({ fault }: Fault): boolean {
  return fault in ANSWER_FAULTS || fault in WIRE_FAULTS;
}

async function scripted(
  response: Response,
  request: Request,
  caller: CallerBindings,
  fired: readonly Fired[],
  now: number,
): Promise<WireScript> {
  const draft = await draftOf(response, request);
  const contexts = fired.map(({ armed, turn }) => ({
    seed: armed.seed,
    turn,
    sent: armed.memory.sent,
    connection: caller.connection,
    request,
    now,
  }));
  if (caller.id !== undefined) setHeader(draft, 'x-request-id', caller.id);
  fired.forEach(({ fault }, i) => applyTo(ANSWER_FAULTS, fault, draft, contexts[i]!));
  const { head, body } = serialiseDraft(draft);
  const timeline = timelineOf(head, body, draft.end);
  fired.forEach(({ fault }, i) => applyTo(WIRE_FAULTS, fault, timeline, contexts[i]!));
  return scriptOf(timeline);
}

/** Applies a fault that the table knows; the table's own type says that name and function belong together. */
function applyTo<T, C>(table: object, fault: Fault, to: T, context: C): void {
  const apply = (table as Record<string, (to: T, fault: Fault, context: C) => void>)[fault.fault];
  apply?.(to, fault, context);
}
