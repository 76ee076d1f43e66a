import { z } from 'zod';
import { flagText, rowId } from '../http/params.ts';
import { timeText } from '../http/times.ts';
import { isPublicName } from '../images/layout.ts';
import { DEVICE_STATUSES } from '../store/schema.ts';
import { SEMVER } from '../versions/version.ts';

const ID = z.int().min(0);
const ROW = z.int().positive();
const LONGEST_LIST = 1000;

/** Part of a path, so nothing but names that lead nowhere. */
export const deviceType = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/,
    'must be 1 to 64 of A-Z a-z 0-9 . _ -, not first . or -',
  );

const semver = z.string().max(64).regex(SEMVER, 'must be a SemVer version such as 1.2.0');

/** Part of a path too: build metadata (`+…`) has no place there. */
const releaseVersion = semver.regex(/^[^+]*$/, 'must have no +metadata; say it with build_number');

const buildNumber = z.int().min(0);

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 of 64 hexadecimal digits')
  .transform((text) => text.toLowerCase());

const filename = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^/\\\p{Cc}]*$/u, 'must be a file name, no path')
  .refine((name) => name !== '.' && name !== '..', 'must be a file name, no path');

/** Text for people; clipped, since a board must not be refused for what it complains about. */
const message = z.string().transform((text) => text.slice(0, 500));

/** `current_version` is whatever the field reports: what cannot be read is answered, never refused. */
export const checkRequest = z.object({
  device_id: ID,
  device_type: z.string().max(200),
  current_version: z.string(),
  current_build: z.int().min(0).optional(),
});

export const statusReport = z.object({
  device_id: ID,
  firmware_id: ROW,
  status: z.enum(DEVICE_STATUSES),
  bytes_downloaded: z.int().min(0).optional(),
  error_message: message.nullish(),
  log_id: ROW.nullish(),
});

/** The text fields of an upload. */
export const uploadForm = z.object({
  device_type: deviceType,
  version: releaseVersion,
  build_number: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number of up to 15 digits')
    .transform(Number)
    .default(1),
  allow_raw: flagText.optional(),
});

export const registration = z.object({
  device_type: deviceType,
  version: releaseVersion,
  build_number: buildNumber.default(1),
  filename: filename.optional(),
  file_size: z.int().min(0),
  file_hash: hash,
  binary_path: z
    .string()
    .refine(isPublicName, 'must be <device_type>/<file> as the upload answered it'),
  is_stable: z.boolean().default(false),
  is_active: z.boolean().default(true),
  min_current_version: semver.nullish(),
  description: z.string().max(4000).nullish(),
  released_at: timeText.nullish(),
});

/** Nothing else of a registered firmware changes: devices have seen it. */
export const firmwareChange = z.strictObject(
  {
    is_stable: z.boolean().optional(),
    is_active: z.boolean().optional(),
    min_current_version: semver.nullish(),
    description: z.string().max(4000).nullish(),
    released_at: timeText.nullish(),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `cannot be changed: ${(issue.keys as string[]).join(', ')}`
        : undefined,
  },
);

const page = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, `must be 0 to ${LONGEST_LIST}`)
    .transform(Number)
    .refine((n) => n <= LONGEST_LIST, `must be 0 to ${LONGEST_LIST}`)
    .default(100),
  offset: z
    .string()
    .regex(/^\d{1,9}$/, 'must be a number')
    .transform(Number)
    .default(0),
};

export const firmwareQuery = z.object({
  device_type: deviceType.optional(),
  is_stable: flagText.optional(),
  is_active: flagText.optional(),
  ...page,
});

export const logQuery = z.object({
  device_id: z
    .string()
    .regex(/^\d{1,16}$/, 'must be a number')
    .transform(Number)
    .refine(Number.isSafeInteger, 'must be below 2^53')
    .optional(),
  firmware_id: rowId.optional(),
  status: z
    .enum(DEVICE_STATUSES, { error: `must be one of ${DEVICE_STATUSES.join(', ')}` })
    .optional(),
  since: timeText.optional(),
  ...page,
});
