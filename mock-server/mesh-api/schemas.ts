import { z } from 'zod';
import { flagText } from '../http/params.ts';
import { NODE_STATUSES, UPDATE_STATUSES } from '../store/schema.ts';

/** SemVer 2.0, the grammar of semver.org. */
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-z-][\da-z-]*)(\.(0|[1-9]\d*|\d*[a-z-][\da-z-]*))*)?(\+[\da-z-]+(\.[\da-z-]+)*)?$/i;

const ROW_ID = z.int().positive();
const noNul = (s: string) => !s.includes('\0');

/** Text for people: control characters other than line ends are refused, length is clipped. */
const message = z.string().transform((text) => text.replaceAll('\0', '').slice(0, 500));

export const nodeId = z
  .string()
  .min(1)
  .max(10, 'must be at most 10 characters')
  .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

export const nodeType = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,30}$/, 'must be 1 to 30 of A-Z a-z 0-9 . _ -');

/** The text fields of an upload. */
export const firmwareForm = z.object({
  node_type: nodeType,
  version: z.string().max(32).regex(SEMVER, 'must be a SemVer version such as 1.2.0'),
  hardware: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,10}$/, 'must be 1 to 10 of A-Z a-z 0-9 -')
    .default('ESP32'),
  release_notes: z.string().refine(noNul, 'must not hold NUL').nullable().default(null),
  is_stable: flagText.default(false),
  allow_raw: flagText.optional(),
});

export const updateCreate = z.object({
  firmware_id: ROW_ID,
  target_node_id: nodeId.nullish(),
  target_node_type: nodeType.nullish(),
  force_update: z.boolean().default(false),
});

const md5 = z
  .string()
  .regex(/^[0-9a-f]{32}$/i, 'must be 32 hexadecimal digits')
  .transform((text) => text.toLowerCase());

const part = z.int().min(0).max(0x7fffffff);

export const nodeProgress = z
  .object({
    status: z.enum(NODE_STATUSES).optional(),
    current_part: part,
    total_parts: part.min(1),
    running_version: z.string().max(64).refine(noNul, 'must not hold NUL').nullish(),
    running_md5: md5.nullish(),
    confirmed: z.boolean().nullish(),
    error_message: message.nullish(),
  })
  .refine((r) => r.current_part <= r.total_parts, {
    path: ['current_part'],
    message: 'must not be more than total_parts',
  });

/** What one report says of one node. */
export type NodeReport = z.output<typeof nodeProgress>;

export const failReport = z.object({ error_message: message.nullish() });

export const updateStatus = z.enum(UPDATE_STATUSES, {
  error: `must be one of ${UPDATE_STATUSES.join(', ')}`,
});

export const gatewayHeaders = z.object({
  'X-Gateway-Id': z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/)
    .optional()
    .meta({ description: 'Who holds the claim; default the key and the address.' }),
});
