import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpHandler, RequestHandler } from 'msw';
import { isWireScript, type WireScript } from '../tools/formats/wire-script.ts';
import type { Clock } from './clock.ts';
import { createFaultEngine, type FaultEngine } from './faults/engine.ts';
import { answerOf } from './faults/fetch-player.ts';
import { type FaultPlan, isFaultPlan } from './faults/plan.ts';
import { playOnPort } from './faults/port-player.ts';
import { FAULTS_PATH } from './faults/routes.ts';
import { type Answer, toResponse } from './http/answer.ts';
import type { CallerBindings } from './http/routes.ts';
import { createHandlers, fetchWithOverrides } from './msw.ts';
import { RawAnswer } from './port/raw-answer.ts';

/** The ways to ask a server, with what stands between a client and it: MSW overrides and fault plans. */
export interface Faces {
  /**
   * Answers a request, as a client would see it: what plans do below HTTP happens in real time. Rejects only with
   * BrokenConnection, where an override or a plan asks for it, and with the reason of an aborted signal.
   */
  fetch(request: Request, caller?: CallerBindings): Promise<Response>;
  /** As `fetch`, for a face that writes answers itself, such as a port. */
  answer(request: Request, caller: CallerBindings): Promise<Answer | RawAnswer>;
  /**
   * As `fetch`, for a face that plays scripts and writes answers itself, such as a simulated network. It may hand in what only reads
   * as a Request does, with `toRequest` for the web's own.
   */
  exchange(request: Request, caller?: CallerBindings): Promise<Answer | WireScript>;
  /** For MSW's setupServer or setupWorker: everything under the server's address. */
  readonly handlers: HttpHandler[];
  /** Adds MSW handlers that answer before the server does, the newest first, and fault plans, on every face. */
  use(...added: (RequestHandler | FaultPlan)[]): void;
  /** The fault plans in force. */
  readonly faults: Pick<FaultEngine, 'list' | 'clear'>;
  /**
   * Wraps a function, as MSW's `server.boundary` does: what it adds by `use` holds for its own calls alone, and it starts with what
   * holds now. Calls that come by a port are nobody's own.
   */
  boundary<Args extends unknown[], R>(callback: (...args: Args) => R): (...args: Args) => R;
}

interface Conditions {
  overrides: RequestHandler[];
  engine: FaultEngine;
}

export interface FacesOptions {
  /** The server proper. */
  ask(request: Request, caller: CallerBindings): Promise<Response>;
  publicUrl: string;
  /** Right whatever the plans say. */
  clock: Clock;
  /** In force from the start, and again after `restore`. */
  faults: readonly FaultPlan[];
}

export interface OwnFaces extends Faces {
  engine(): FaultEngine;
  /** Takes away what `use` has added. */
  restore(): void;
  /** Ends answers in process that a plan makes last. */
  close(): void;
}

export function createFaces(options: FacesOptions): OwnFaces {
  const { ask, publicUrl, clock, faults } = options;
  const conditions = (overrides: RequestHandler[], plans: readonly FaultPlan[]): Conditions => {
    const engine = createFaultEngine(clock);
    engine.arm(plans);
    return { overrides, engine };
  };
  const closing = new AbortController();
  const everywhere = conditions([], faults);
  let boundaries: AsyncLocalStorage<Conditions> | undefined;
  const current = () => boundaries?.getStore() ?? everywhere;
  let handlers: HttpHandler[] | undefined;

  const served = (request: Request, caller: CallerBindings, overrides: RequestHandler[]) =>
    overrides.length === 0
      ? ask(request, caller)
      : fetchWithOverrides(overrides, request, publicUrl, (passed) => ask(passed, caller));

  const nothingBetween = () => {
    const { overrides, engine } = current();
    return overrides.length === 0 && !engine.armed;
  };

  /** As it is, where nothing stands between. */
  const plain = (request: Request, caller: CallerBindings): Promise<Answer> =>
    ask(request, Object.assign(caller, { plain: true as const }));

  const exchange = (
    request: Request,
    caller: CallerBindings = {},
  ): Promise<Answer | WireScript> => {
    const { overrides, engine } = current();
    if (nothingBetween()) return plain(request, { ...caller });
    const whole = webRequest(request);
    if (!engine.armed) return served(whole, caller, overrides);
    if (isAboutFaults(whole)) return ask(whole, caller);
    return engine.exchange(whole, caller, (asked) => served(asked, caller, overrides));
  };

  const fetch = async (request: Request, caller?: CallerBindings) => {
    const answer = await exchange(request, caller);
    return isWireScript(answer) ? answerOf(answer, request, closing.signal) : toResponse(answer);
  };

  const raw = async (request: Request, caller: CallerBindings) => {
    const answer = await exchange(request, caller);
    return isWireScript(answer) ? new RawAnswer((at) => playOnPort(answer, at)) : answer;
  };

  return {
    fetch,
    exchange,
    answer(request, caller) {
      return nothingBetween() ? plain(request, caller) : raw(request, caller);
    },
    get handlers() {
      handlers ??= createHandlers(publicUrl, fetch);
      return handlers;
    },
    use(...added) {
      const now = current();
      now.engine.arm(added.filter(isFaultPlan));
      const overrides = added.filter((one): one is RequestHandler => !isFaultPlan(one));
      now.overrides = [...overrides, ...now.overrides];
    },
    faults: {
      list: () => current().engine.list(),
      clear: (id) => current().engine.clear(id),
    },
    boundary(callback) {
      return (...args) => {
        boundaries ??= new AsyncLocalStorage();
        const { overrides, engine } = current();
        const own = conditions(
          [...overrides],
          engine.list().map(({ plan }) => plan),
        );
        return boundaries.run(own, callback, ...args);
      };
    },
    engine: () => current().engine,
    close: () => closing.abort(),
    restore() {
      const now = current();
      now.overrides = [];
      now.engine.clear();
      now.engine.arm(faults);
    },
  };
}

/** For overrides and plans, which copy requests: nothing but the web's own can be copied. */
function webRequest(request: Request & { toRequest?(): Request }): Request {
  return request.toRequest?.() ?? request;
}

function isAboutFaults(request: Request): boolean {
  const { pathname } = new URL(request.url);
  return pathname === FAULTS_PATH || pathname.startsWith(`${FAULTS_PATH}/`);
}
