import { z } from 'zod';
import { faultPlanSchema } from '../../../mock-server/index.ts';
import { CERTIFICATES } from './certificates.ts';
import { parseBytes, parseDuration, parseShare } from './quantities.ts';
import { SWARM_KIND_NAMES } from './swarm-kinds.ts';

/** The shape of a scenario file. Sentences of timeline and expectations are read after it: actions.ts, conditions.ts. */

const quantity = (parse: (text: string) => number | undefined, pattern: string, wanted: string) =>
  z
    .string({ error: `expected ${wanted}` })
    .regex(new RegExp(pattern), { error: `expected ${wanted}` })
    .refine((text) => parse(text) !== undefined, { error: `expected ${wanted}` });

const duration = quantity(
  parseDuration,
  '^\\d+(\\.\\d+)?(us|ms|s|min|h|d)$',
  'a time such as 500ms, 30s, 5min or 2h',
);
const share = quantity(parseShare, '^\\d+(\\.\\d+)?%$', 'a share from 0% to 100%');
/** MB. */
const FLASH_SIZES = [1, 2, 4, 8, 16, 32];
const bytes = quantity(parseBytes, '^\\d+(KB|MB)?$', 'bytes such as 64KB');
const flashSize = bytes.refine((text) => FLASH_SIZES.includes(parseBytes(text)! / 2 ** 20), {
  error: `expected the size of a flash chip: ${FLASH_SIZES.join(', ')} MB, such as 8MB`,
});
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,30}$/;
const name = z.string().regex(NAME, {
  error: 'a name begins with a letter and has at most 31 letters, digits, dots and hyphens',
});
const pinNumber = z
  .string()
  .regex(/^([0-9]|[1-4][0-9])$/, { error: 'a pin is a number from 0 to 49' });
const pins = z.record(
  pinNumber,
  z
    .string({ error: 'expected high, low or volts such as 1.2V' })
    .regex(/^(high|low|[0-3](\.\d{1,3})?V)$/, {
      error: 'expected high, low or volts such as 1.2V',
    }),
);
const sensors = z.record(
  pinNumber,
  z.strictObject({
    kind: z.enum(['DHT11', 'DHT22']),
    temperature: z.number().min(-40).max(80).default(20).describe('°C'),
    humidity: z.number().min(0).max(100).default(50).describe('% relative'),
  }),
);
const version = z
  .string({ error: 'expected a version in quotes, such as "1.1.0"' })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,30}$/, {
    error: 'a version has 1 to 31 letters, digits, dots, pluses and hyphens',
  })
  .describe('FIRMWARE_VERSION of the build; in quotes where YAML would take it for a number');

/** Where firmware comes from: exactly one of the first three. */
const firmware = {
  sketch: z.string().optional().describe('a sketch folder, from the scenario file, or one of ours'),
  project: z.string().optional().describe('an ESP-IDF project folder, from the scenario file'),
  image: z.string().optional().describe('an app image file, from the scenario file'),
  version: version.optional(),
  chip: z
    .enum(['esp32', 'esp32s3', 'esp32c3', 'esp32c6', 'esp32p4'])
    .optional()
    .describe('that it is built for; esp32. A board has the chip that its firmware is for'),
  defines: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .describe('macros for a sketch'),
  config: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe("answers to options of an ESP-IDF project's Kconfig"),
  libraries: z.array(z.string()).optional().describe('library folders, from the scenario file'),
};

const board = z.strictObject({
  name: name.describe('of the board; with a count, of the group: name-1, name-2, …'),
  count: z.int().min(1).max(1000).optional(),
  role: name.optional().describe('a group of that name holds the board too'),
  ...firmware,
  settings: z
    .strictObject({
      device_id: z
        .int()
        .min(1)
        .max(0xffffffff)
        .optional()
        .describe('with a count, of the first: the others go on from there'),
      token: z.string().optional(),
      server: z.string().optional(),
      wifi_ssid: z.string().max(32).optional(),
      wifi_pass: z.string().max(63).optional(),
      api_key: z.string().optional(),
    })
    .optional()
    .describe('what is provisioned into NVS; whoever hears the router gets what joins it'),
  router: z.boolean().optional().describe('whether it hears the router; gateways do'),
  at: z.tuple([z.number(), z.number()]).optional().describe('place in metres, for places'),
  pins: pins.optional().describe('levels or volts that inputs are driven to from the start'),
  sensors: sensors.optional().describe('by the pin of their data line'),
  flash: flashSize.optional().describe('size of its flash; 4MB'),
  partitions: z
    .string()
    .optional()
    .describe(
      'a partition table (CSV), from the scenario file; else partitions.csv of the project',
    ),
  heap: bytes.optional().describe('free heap at the start; 320KB'),
  rollback: z.boolean().optional().describe('of its bootloader; true'),
  anti_rollback: z.boolean().optional().describe('of its bootloader; false'),
  secure_version: z.int().min(0).max(32).optional().describe('burnt into its eFuse; 0'),
  off: z.boolean().optional().describe('not switched on with the others'),
});

const topology = z.discriminatedUnion('layout', [
  z.strictObject({ layout: z.literal('line') }),
  z.strictObject({ layout: z.literal('star') }),
  z.strictObject({ layout: z.literal('tree'), children: z.int().min(1).max(10).default(2) }),
  z.strictObject({ layout: z.literal('grid'), width: z.int().min(1).max(100) }),
  z.strictObject({ layout: z.literal('random'), side: z.number().min(1).max(10_000) }),
  z.strictObject({ layout: z.literal('places') }),
  z.strictObject({
    layout: z.literal('edges'),
    edges: z.array(
      z.union([z.tuple([name, name]), z.tuple([name, name, z.int().min(-100).max(-1)])]),
    ),
  }),
]);

const link = z.strictObject({
  latency: duration.optional(),
  jitter: duration.optional(),
  loss: share.optional(),
  bytes_per_second: z.int().min(1).optional(),
});

const server = z.strictObject({
  images: z
    .array(z.strictObject({ name, ...firmware, role: name.optional() }))
    .default([])
    .describe('what can be published: by name in the timeline'),
  certificate: z
    .enum(CERTIFICATES)
    .optional()
    .describe('what it shows at https://ota.test, where boards that update directly then ask'),
  token_life: duration
    .optional()
    .describe('of the tokens that boards which update directly are provisioned with; for ever'),
  lease: duration.optional().describe('how long a gateway holds an update without a word; 3min'),
  faults: z.array(faultPlanSchema).optional().describe('fault plans of the server, from the start'),
  plans: z
    .record(name, faultPlanSchema)
    .optional()
    .describe('fault plans by name, for steps: server fault plan NAME'),
});

const swarmKind = z.enum(SWARM_KIND_NAMES);
const swarm = z.strictObject({
  kinds: z.array(swarmKind).min(1).optional().describe('of trouble that may come; all'),
  without: z.array(swarmKind).optional().describe('kinds that may not'),
  every: duration.optional().describe('time between two troubles, on average; the seed draws it'),
  until: duration.default('20min').describe('when the last trouble is over'),
  converge: duration.default('30min').describe('how long the world may take from then to be well'),
});

const sentence = z.string().min(1);
const step = z.record(
  z.string().regex(/^(at|after|when|every) .+$/, {
    error: 'a step begins with at, after, every or when, such as "at 30s"',
  }),
  z.union([sentence, z.array(sentence).min(1)]),
);
const expectation = z.union([
  sentence,
  z.record(
    z.string().regex(/^(by .+|always|never)$/, {
      error: 'an expectation is a condition, or one under "by 5min", "always" or "never"',
    }),
    sentence,
  ),
]);

export const SCENARIO = z.strictObject({
  name: z.string().min(1).max(120),
  description: z.string().optional(),
  covers: z
    .array(z.union([z.int(), z.string().min(1).max(40)]))
    .optional()
    .describe('what it stands for: rows of a catalogue of faults, tickets'),
  seed: z.union([z.string(), z.int()]).default('1').describe('of a run that is given none'),
  boards: z.array(board).min(1).max(1000),
  topology: topology.default({ layout: 'star' }),
  link: link.optional().describe('of every radio link'),
  server: server.default({ images: [] }),
  timeline: z.array(step).default([]),
  swarm: swarm
    .optional()
    .describe('troubles that the seed draws, and that all must be well after them'),
  expect: z.array(expectation).min(1, { error: 'a scenario expects at least one thing' }),
  suspend: z
    .record(z.string(), z.string().min(8, { error: 'say why, in a sentence' }))
    .default({})
    .describe('oracles that the faults of this scenario put out of force, and why'),
  limit: duration
    .default('30min')
    .describe('virtual time after which what does not hold has failed'),
  settle: duration.default('10s').describe('how long everything must go on to hold'),
});

export type ScenarioFile = z.infer<typeof SCENARIO>;
export type SwarmEntry = NonNullable<ScenarioFile['swarm']>;
export type BoardEntry = ScenarioFile['boards'][number];
export type ImageEntry = ScenarioFile['server']['images'][number];

/** For editors: what stands in a scenario file, as JSON Schema 2020-12. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(SCENARIO, { io: 'input' }) as Record<string, unknown>;
}
