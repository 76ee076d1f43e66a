import { createFaultEngine } from '../../mock-server/faults/engine.ts';
import { type FaultInput, type FaultPlan, faults } from '../../mock-server/index.ts';
import { webResponse } from '../../simulator/net/http-response.ts';
import type { World } from '../../simulator/scenario/world.ts';
import { isWireScript } from '../../tools/formats/wire-script.ts';

const everything = (...wrong: FaultInput[]): FaultPlan => ({ do: wrong });
const says = (body: string, status = 200, type = 'application/json') =>
  everything({ fault: 'answer', status, headers: { 'content-type': type }, body });
const PAGE = '<!DOCTYPE html><title>It works!</title><p>Welcome to nginx.';
const PROBLEM = 'application/problem+json';

/** Ways in which a server between a gateway and its images fails, by name: the fault plans in force meanwhile. */
export const SERVER_FAULTS: Record<string, FaultPlan[]> = {
  'is down': [everything({ fault: 'lose_request', end: 'fin' })],
  'answers 500': [says('{"detail":"no"}', 500, PROBLEM)],
  'answers 503 with a page': [says(PAGE, 503, 'text/html')],
  'is another server': [faults.html200()],
  'answers 401': [says('{"detail":"key"}', 401, PROBLEM)],
  'cuts its JSON short': [says('[{"update_id":1,"firmware_id":')],
  'sends JSON of another kind': [says('{"update_id":[[[[]]]],"status":7}')],
  'nests without end': [says('['.repeat(10_000))],
  'sends megabytes': [says(`"${'x'.repeat(2_000_000)}"`)],
  'sends nothing at all': [says('', 200, 'text/plain')],
  'sends other parts than asked for': [
    { ...says('[]'), when: { path: '/api/v1/ota/*' } },
    {
      when: { route: 'download' },
      do: [{ fault: 'replace_image' }, { fault: 'content_range', text: 'bytes 0-1023/9999' }],
    },
  ],
  stalls: [faults.timeout()],
  'is slow beyond patience': [faults.latency(20_000), faults.html200()],
  'resets connections in its headers': [everything({ fault: 'reset_after', at: 'headers' })],
  'ends its answers early': [everything({ fault: 'fin_after', at: -1 })],
  'drips a byte a second': [everything({ fault: 'drip' })],
};

export interface BrokenServer {
  /** Requests that it has answered in its way. */
  requests: number;
  mend(): void;
}

/** Puts fault plans in front of a world's server. */
export function breakServer(world: World, plans: readonly FaultPlan[]): BrokenServer {
  const { fetch } = world;
  const engine = createFaultEngine(world.clock);
  engine.arm(plans);
  const broken: BrokenServer = {
    requests: 0,
    mend() {
      world.fetch = fetch;
    },
  };
  world.fetch = (request, caller) => {
    broken.requests++;
    return engine.exchange(request, caller, async (asked) => {
      const answer = await fetch(asked, caller);
      if (isWireScript(answer)) throw new Error('two faulty servers, one behind the other');
      return webResponse(answer);
    });
  };
  return broken;
}
