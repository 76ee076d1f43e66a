import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceServer, imageOf, sha256 } from './test-support.ts';

let t: Awaited<ReturnType<typeof deviceServer>>;
beforeAll(async () => {
  t = await deviceServer();
  await t.register();
  await t.register({ version: '2.0.0', more: { min_current_version: '1.0.0' } });
});
afterAll(() => t.server.close());

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    'scales',
    '1.0.0',
    'v1.2-3-gabcdef0-dirty',
    '../..',
    '\0',
    '\ud800',
    'pending',
    '-'.repeat(300),
  ),
);
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, 1, 7, 2 ** 53, 1e308, -1),
);
const odd = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 2 }),
  fc.object({ maxDepth: 1 }),
);
const or = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: right, weight: 4 }, { arbitrary: odd, weight: 1 });

const check = fc.record(
  {
    device_id: or(fc.nat(20)),
    device_type: or(fc.constantFrom('scales', 'door')),
    current_version: or(fc.oneof(text, fc.constantFrom('1.0.0', '2.0.0', '0.9'))),
    current_build: or(fc.nat(3)),
    extra: odd,
  },
  { requiredKeys: [] },
);
const status = fc.record(
  {
    device_id: or(fc.nat(20)),
    firmware_id: or(fc.integer({ min: 1, max: 3 })),
    status: or(
      fc.constantFrom('pending', 'downloading', 'installing', 'success', 'failed', 'rolled_back'),
    ),
    bytes_downloaded: or(fc.nat()),
    error_message: or(text),
    log_id: or(fc.integer({ min: 1, max: 30 })),
  },
  { requiredKeys: [] },
);
const file = imageOf('1.0.0', 'scales');
const registration = fc.record(
  {
    device_type: or(fc.constant('scales')),
    version: or(fc.constantFrom('1.0.0', '1.0.1')),
    build_number: or(fc.nat(5)),
    filename: or(text),
    file_size: or(fc.constant(file.length)),
    file_hash: or(fc.constant(sha256(file))),
    binary_path: or(fc.constant('scales/v1.0.0.bin')),
    is_stable: or(fc.boolean()),
    min_current_version: or(fc.constant('0.1.0')),
    description: or(text),
    released_at: or(fc.date({ noInvalidDate: true }).map((d) => d.toISOString())),
  },
  { requiredKeys: [] },
);
const change = fc.record(
  {
    is_stable: or(fc.boolean()),
    is_active: or(fc.boolean()),
    description: or(text),
    released_at: odd,
    min_current_version: or(fc.constant('1.0.0')),
  },
  { requiredKeys: [] },
);
const query = fc
  .dictionary(
    fc.constantFrom(
      'device_id',
      'firmware_id',
      'status',
      'since',
      'limit',
      'offset',
      'is_stable',
      'device_type',
    ),
    or(fc.constantFrom('1', '0', 'true', '2026-01-01T00:00:00Z')).map(String),
  )
  .map((all) => new URLSearchParams(all).toString());

const ALLOWED = [200, 201, 400, 403, 404, 409, 413, 415, 422];

describe('contract A', () => {
  it.each<[string, string, fc.Arbitrary<unknown>]>([
    ['POST', '/api/ota/check', check],
    ['POST', '/api/ota/status', status],
    ['POST', '/api/ota/admin/firmware', registration],
    ['PATCH', '/api/ota/admin/firmware/1', change],
  ])('answers every body of %s %s, never with a 5xx', async (method, path, body) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ arbitrary: body, weight: 9 }, { arbitrary: odd, weight: 1 }),
        async (given) => {
          const answer = await t.send(method, path, JSON.stringify(given) ?? 'null');
          expect([JSON.stringify(given), answer.body, ALLOWED.includes(answer.status)]).toEqual([
            JSON.stringify(given),
            answer.body,
            true,
          ]);
          if (path.endsWith('/check') && answer.status === 200) {
            expect(typeof answer.body.update_available).toBe('boolean');
          }
        },
      ),
      { seed: 5, numRuns: 150 },
    );
  });

  it('answers every query of its lists, never with a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('logs', 'firmware'), query, async (list, search) => {
        const answer = await t.send('GET', `/api/ota/admin/${list}?${search}`);
        expect([search, answer.body.detail, [200, 422].includes(answer.status)]).toEqual([
          search,
          answer.body.detail,
          true,
        ]);
      }),
      { seed: 6, numRuns: 150 },
    );
  });
});
