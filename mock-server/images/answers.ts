import { z } from 'zod';
import type { RouteResponse } from '../http/routes.ts';

const HEADERS = {
  etag: 'Strong: the SHA-256 in hexadecimal, quoted.',
  'last-modified': 'When the image was stored.',
  'accept-ranges': '`bytes`',
  'repr-digest': 'SHA-256 of the whole image (RFC 9530).',
  'x-firmware-md5': 'MD5 of the whole image, hexadecimal.',
};
const BYTES = 'application/octet-stream';

/** What every image download answers, by status. */
export const imageResponses: Record<number, RouteResponse> = {
  200: { description: 'The whole image.', type: BYTES, headers: HEADERS },
  206: {
    description: 'The range that was asked for.',
    type: BYTES,
    headers: { ...HEADERS, 'content-range': '`bytes <first>-<last>/<size>`' },
  },
  304: { description: 'The copy that the validators name is current.', headers: HEADERS },
};

/** What an image says of itself. */
export const imageFacts = z.object({
  chip: z.string(),
  role: z.string().nullable(),
  project: z.string().nullable(),
  version: z.string().nullable(),
  idf_version: z.string().nullable(),
  min_chip_rev: z.int(),
  max_chip_rev: z.int(),
  secure_version: z.int().nullable(),
  flash_size_mb: z.int().nullable(),
});
