import { z } from 'zod';

/** Every refusal (RFC 9457), as `problemResponse` writes it. */
export const problemAnswer = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What went wrong, and what to do.' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Each field that was refused.' }),
  })
  .meta({ id: 'Problem', description: 'A refusal (RFC 9457).' });
