import { z } from 'zod';
import { timestamp } from '../http/times.ts';
import { imageFacts } from '../images/answers.ts';
import { DEVICE_STATUSES } from '../store/schema.ts';

/** Shapes of contract A's answers, for the API document and for tests that hold answers to them. */

const count = z.int().min(0);
const optionalTime = timestamp.nullable();

export const noUpdateAnswer = z.object({
  update_available: z.literal(false),
  reason: z.string().optional(),
});

export const offerAnswer = z.object({
  update_available: z.literal(true),
  firmware_id: z.int(),
  version: z.string(),
  build_number: count,
  file_size: count,
  file_hash: z.string().meta({ description: 'SHA-256, hexadecimal' }),
  download_url: z.url().meta({ description: 'absolute and signed; needs no other credential' }),
  min_current_version: z.string().nullable(),
  description: z.string().nullable(),
  downgrade: z
    .literal(true)
    .optional()
    .meta({ description: "an older version, since the device's own was withdrawn" }),
  log_id: z.int(),
});

export const checkAnswer = z.union([noUpdateAnswer, offerAnswer]);

export const logAnswer = z.object({
  id: z.int(),
  device_id: count,
  firmware_id: z
    .int()
    .nullable()
    .meta({ description: "null where the device's version could not be read" }),
  status: z.enum(DEVICE_STATUSES),
  from_version: z.string().nullable(),
  bytes_downloaded: count,
  error_message: z.string().nullable(),
  created_at: timestamp,
  started_at: optionalTime,
  updated_at: timestamp,
  completed_at: optionalTime,
  confirmed_at: optionalTime.meta({ description: 'heard running it: the only proof' }),
});

export const statusAnswer = z.object({
  log_id: z.int(),
  status: z.enum(DEVICE_STATUSES),
  bytes_downloaded: count,
});

export const deviceFirmwareAnswer = z.object({
  id: z.int(),
  device_type: z.string(),
  version: z.string(),
  build_number: count,
  filename: z.string(),
  file_size: count,
  file_hash: z.string(),
  md5_hash: z.string(),
  binary_path: z.string(),
  is_stable: z.boolean(),
  is_active: z.boolean(),
  min_current_version: z.string().nullable(),
  description: z.string().nullable(),
  image: imageFacts.nullable(),
  created_at: timestamp,
  updated_at: timestamp,
  released_at: optionalTime,
});

export const storedFileAnswer = z.object({
  filename: z.string(),
  file_size: count,
  file_hash: z.string(),
  md5: z.string(),
  binary_path: z.string(),
  image: imageFacts.nullable(),
  warnings: z.array(z.string()),
});

export const tokenAnswer = z.object({ token: z.string(), expires_at: optionalTime });

export const healthAnswer = z.object({
  status: z.enum(['ok', 'unavailable']),
  version: z.string(),
  database: z.enum(['ok', 'unavailable']),
  images: z.enum(['ok', 'unavailable']),
});
