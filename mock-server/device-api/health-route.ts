import { access, constants } from 'node:fs/promises';
import type { z } from 'zod';
import { json } from '../http/answer.ts';
import { type Route, route } from '../http/routes.ts';
import type { ImageStore } from '../images/image-store.ts';
import type { Store } from '../store/store.ts';
import { healthAnswer } from './answers.ts';

/** Whether the server can do its work: 503 where database or image folder do not answer. */
export function healthRoute(
  { store, images }: { store: Store; images: ImageStore },
  version: string,
): Route {
  return route({
    method: 'GET',
    path: '/health',
    access: 'public',
    rate: 'exempt',
    summary: 'Whether database and image folder answer',
    responses: {
      200: { description: 'Both do.', schema: healthAnswer },
      503: { description: 'One does not.', schema: healthAnswer },
    },
    async handle() {
      const [database, folder] = await Promise.all([
        state(store.ping()),
        state(access(images.dir, constants.R_OK | constants.W_OK)),
      ]);
      const both = database === 'ok' && folder === 'ok';
      const body: z.input<typeof healthAnswer> = {
        status: both ? 'ok' : 'unavailable',
        version,
        database,
        images: folder,
      };
      return json(body, both ? 200 : 503);
    },
  });
}

function state(answer: Promise<unknown>): Promise<'ok' | 'unavailable'> {
  return answer.then(
    () => 'ok',
    () => 'unavailable',
  );
}
