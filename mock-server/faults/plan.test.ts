import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCounter } from './counter.ts';
import { checkPlan, type FaultPlan, isFaultPlan } from './plan.ts';
import { faults } from './presets.ts';
import { inScope, subjectOf } from './scope.ts';

/** Which of the first twenty requests a plan acts on, from 1. */
function strikes(count: FaultPlan['count'], seed = 's', key = () => ''): number[] {
  const counter = createCounter(count ?? {}, seed);
  return Array.from({ length: 20 }, (_, i) => i + 1).filter(() => counter.meets(key()));
}

describe('counts', () => {
  it.each([
    [{ first: 3 }, [1, 2, 3]],
    [{ after: 18 }, [19, 20]],
    [{ every: 7 }, [7, 14]],
    [{ after: 5, every: 5, first: 2 }, [10, 15]],
    [{ first: 0 }, []],
    [{ probability: 0 }, []],
  ])('%o strikes requests %o', (count, expected) => {
    expect(strikes(count)).toEqual(expected);
  });

  it('a probability is drawn by the seed: the same again, another for another, about that many', () => {
    const half = strikes({ probability: 0.5 });
    expect(strikes({ probability: 0.5 })).toEqual(half);
    expect(strikes({ probability: 0.5 }, 'other')).not.toEqual(half);
    const counter = createCounter({ probability: 0.25 }, 'many');
    for (let i = 0; i < 2000; i++) counter.meets('');
    expect(counter.seen).toBe(2000);
    expect(Math.abs(counter.applied - 500)).toBeLessThan(100);
  });

  it('per something, each is counted alone', () => {
    let turn = 0;
    const struck = strikes({ first: 1, per: 'device' }, 's', () => String(turn++ % 4));
    expect(struck).toEqual([1, 2, 3, 4]);
  });
});

describe('scopes', () => {
  const at = (path: string, init: RequestInit = {}, connection?: number) =>
    subjectOf(new Request(`http://ota.test${path}`, init), { connection });
  const download = at('/api/v1/firmware/3/download?x=1', { headers: { 'X-Gateway-Id': 'gw' } }, 2);
  const check = at('/api/ota/check', {
    method: 'POST',
    body: '{"device_id":7}',
    headers: { 'content-type': 'application/json' },
  });
  const token = `x.${Buffer.from('{"sub":"9"}').toString('base64url')}.y`;

  it.each([
    [{}, true],
    [{ route: 'download' as const }, true],
    [{ route: ['check' as const, 'download' as const] }, true],
    [{ route: 'upload' as const }, false],
    [{ path: '/api/v1/firmware/*/download' }, true],
    [{ path: '/api/v1/firmware/3' }, false],
    [{ path: '*' }, true],
    [{ method: 'GET' }, true],
    [{ method: ['HEAD', 'POST'] }, false],
    [{ gateway: 'gw' }, true],
    [{ gateway: 'other' }, false],
    [{ connection: 2 }, true],
    [{ connection: 3 }, false],
    [{ headers: { 'x-gateway-id': '*' } }, true],
    [{ headers: { 'x-gateway-id': 'g' } }, false],
    [{ device: 7 }, false],
  ])('%o of a download: %s', async (scope, expected) => {
    expect(await inScope(scope, download)).toBe(expected);
  });

  it('a device is known by body, token, or the path of a report', async () => {
    expect(await inScope({ device: 7 }, check)).toBe(true);
    expect(await inScope({ device: '8' }, check)).toBe(false);
    expect(await check.request.json()).toEqual({ device_id: 7 });
    const bearer = at('/api/ota/download/1', { headers: { authorization: `Bearer ${token}` } });
    expect(await inScope({ device: '9' }, bearer)).toBe(true);
    const node = at('/api/v1/ota/updates/1/node/a%2Fb/progress', { method: 'POST', body: 'x' });
    expect(await inScope({ device: 'a/b', route: 'progress' }, node)).toBe(true);
    const odd = at('/api/ota/check', {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(await inScope({ device: 7 }, odd)).toBe(false);
    const broken = at('/', { headers: { authorization: 'Bearer a.b%%.c' } });
    expect(await inScope({ device: 7 }, broken)).toBe(false);
  });
});

describe('plans', () => {
  it('each preset is one, with a name that says what it does', () => {
    const sample: Record<string, unknown[]> = {
      slicer: [{ fault: 'slicer', average_size: 9 }],
      contentRange: [{ total: '*' }],
      redirectToLogin: [],
      chunked: [],
      headerCase: ['upper'],
      stallAfter: ['headers'],
      capacity: [1, 1],
    };
    const names = Object.entries(faults).map(([name, preset]) => {
      const make = preset as (...args: unknown[]) => FaultPlan;
      const plan = make(...(sample[name] ?? (make.length > 0 ? [1] : [])));
      expect([name, isFaultPlan(plan)]).toEqual([name, true]);
      return checkPlan(plan).name;
    });
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(40);
  });

  it('where and how often stand in the last argument', () => {
    expect(faults.gzip({}, { first: 2, device: 7, seed: 5 })).toMatchObject({
      seed: 5,
      when: { route: 'download', device: 7 },
      count: { first: 2 },
    });
    expect(faults.gzip({}, { path: '/x' }).when).toEqual({ path: '/x' });
  });

  it('name every wrong field', () => {
    const wrong = {
      seed: {},
      when: { path: 7 },
      do: [{ fault: 'headers', set: { 'a b': 'x\r\ny' } }],
    };
    expect(() => checkPlan(wrong)).toThrow(/seed: .*when\.path: .*do\.0\.set/);
    expect(() => checkPlan(undefined)).toThrow('This is no fault plan: plan: ');
  });

  it('survive JSON', () => {
    const plan = faults.downAndUp(3, { head: 2 }, { device: 7 });
    expect(checkPlan(JSON.parse(JSON.stringify(plan)))).toEqual(checkPlan(plan));
  });

  it('whatever is given, is taken or refused by a TypeError', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          checkPlan({ do: [value] });
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});
