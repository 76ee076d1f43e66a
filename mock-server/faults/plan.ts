import { z } from 'zod';
import { faultSchema } from './fault-schema.ts';
import { ROUTE_NAMES } from './routes-by-name.ts';

const oneOrMore = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(schema).min(1)]);
const count = z.int().min(0).max(1_000_000_000);

const scopeSchema = z.strictObject({
  route: oneOrMore(z.enum(ROUTE_NAMES)).optional().describe('Routes by name.'),
  path: z
    .string()
    .max(500)
    .optional()
    .describe('A path without query; `*` is any run of characters.'),
  method: oneOrMore(z.string().regex(/^[A-Z]{1,20}$/, 'must be an HTTP method in capitals'))
    .optional()
    .describe('GET, HEAD, POST, …'),
  device: z
    .union([z.string(), z.int()])
    .optional()
    .describe(
      '`device_id` of the body, `sub` of the bearer JWT, or the node of a progress report.',
    ),
  gateway: z.string().optional().describe('X-Gateway-Id.'),
  connection: z.int().min(1).optional().describe('The n-th connection since the port opened.'),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Request headers that must be so; `*` for any value.'),
});

const countSchema = z.strictObject({
  after: count.optional().describe('The first n matching requests are left alone.'),
  every: count.min(1).optional().describe('Of the others, each n-th.'),
  probability: z.number().min(0).max(1).optional().describe('Of those, each with this chance.'),
  first: count.optional().describe('At most that many in all.'),
  per: z
    .enum(['plan', 'connection', 'device', 'gateway', 'path'])
    .optional()
    .describe('Counted together (`plan`, the default), or for each of these alone.'),
});

/** A fault plan as plain data: which requests, how often, and what goes wrong with them. */
export const faultPlanSchema = z.strictObject({
  name: z.string().max(100).optional(),
  seed: z
    .union([z.string().max(100), z.int()])
    .optional()
    .describe('Of all its draws; default 1.'),
  when: scopeSchema.optional().describe('Which requests; default all.'),
  count: countSchema.optional().describe('How often; default each time.'),
  do: z.array(faultSchema).min(1).describe('What goes wrong, in this order.'),
});

export type FaultPlan = z.input<typeof faultPlanSchema>;
/** With the defaults filled in. */
export type CheckedPlan = z.output<typeof faultPlanSchema>;
export type FaultScope = z.infer<typeof scopeSchema>;
export type FaultCount = z.infer<typeof countSchema>;

/** A plan as given to a function of ours; throws TypeError that names each wrong field. */
export function checkPlan(value: unknown): CheckedPlan {
  const result = faultPlanSchema.safeParse(value);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((i) => `${i.path.join('.') || 'plan'}: ${i.message}`);
  throw new TypeError(`This is no fault plan: ${wrong.join('; ')}.`);
}

export function isFaultPlan(value: unknown): value is FaultPlan {
  return typeof value === 'object' && value !== null && Array.isArray((value as FaultPlan).do);
}
