import { z } from 'zod';
import { timestamp } from '../http/times.ts';
import { imageFacts } from '../images/answers.ts';
import { NODE_STATUSES, UPDATE_STATUSES } from '../store/schema.ts';

/** Shapes of contract B's answers, for the API document and for tests that hold answers to them. */

const optionalTime = timestamp.nullable();
const count = z.int().min(0);

export const firmwareAnswer = z.object({
  id: z.int(),
  node_type: z.string(),
  version: z.string(),
  hardware: z.string(),
  filename: z.string(),
  size_bytes: count,
  md5_hash: z.string(),
  sha256: z.string(),
  release_notes: z.string().nullable(),
  is_stable: z.boolean(),
  created_at: timestamp,
});

export const uploadAnswer = firmwareAnswer.extend({
  image: imageFacts.nullable(),
  warnings: z.array(z.string()),
});

export const nodeAnswer = z.object({
  node_id: z.string(),
  status: z.enum(NODE_STATUSES),
  current_part: count,
  total_parts: count.nullable(),
  running_version: z.string().nullable(),
  running_md5: z.string().nullable(),
  error_message: z.string().nullable(),
  started_at: optionalTime,
  completed_at: optionalTime,
});

export const updateAnswer = z.object({
  id: z.int(),
  firmware_id: z.int().nullable(),
  node_type: z.string(),
  version: z.string(),
  hardware: z.string(),
  target_node_id: z.string().nullable(),
  target_node_type: z.string(),
  status: z.enum(UPDATE_STATUSES),
  verified: z.boolean().meta({ description: 'every node was heard running the image' }),
  force_update: z.boolean(),
  error_message: z.string().nullable(),
  created_at: timestamp,
  started_at: optionalTime,
  completed_at: optionalTime,
  nodes: z.array(nodeAnswer),
});

export const pendingAnswer = z.object({
  update_id: z.int(),
  firmware_id: z.int(),
  node_type: z.string(),
  version: z.string(),
  hardware: z.string(),
  md5: z.string(),
  sha256: z.string(),
  num_parts: count,
  part_size: count,
  size_bytes: count,
  target_node_id: z.string().nullable(),
  force: z.boolean(),
});

/** After `complete` and `fail`. */
export const reportAnswer = z.object({
  update_id: z.int(),
  status: z.enum(UPDATE_STATUSES),
  verified: z.boolean(),
  error_message: z.string().nullable(),
});

export const startAnswer = reportAnswer.extend({
  lease_seconds: z.int().meta({ description: 'report at least this often' }),
});

export const progressAnswer = nodeAnswer.extend({ update_id: z.int() });
