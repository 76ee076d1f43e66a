import type { Context } from 'hono';
import type { Clock } from '../clock.ts';
import type { Answer } from '../http/answer.ts';
import { validate } from '../http/body.ts';
import { Lru } from '../http/lru.ts';
import { byId } from '../http/params.ts';
import { type AppEnv, type Route, route } from '../http/routes.ts';
import { imageResponses } from './answers.ts';
import type { ImageStore } from './image-store.ts';
import { respondWithImage, type ServedImage } from './respond.ts';

/** Descriptors kept: a firmware under distribution is asked for thousands of times. */
const KEPT = 256;
/** Milliseconds after which a descriptor is read again: so long another process's withdrawal may take. */
const REREAD_AFTER = 5000;

export interface Downloads {
  route: Route;
  /** Drops what is kept of one image, or of all. */
  forget(id?: number): void;
}

/**
 * The download route at `path` (with `:id`). `load` says what stands under an id, or throws Problem 404; a Range request of a
 * known image touches no database.
 */
export function createDownloads(
  { images, clock }: { images: ImageStore; clock: Clock },
  { path, access }: Pick<Route, 'path' | 'access'>,
  load: (id: number) => Promise<ServedImage>,
): Downloads {
  const served = new Lru<string, { image: ServedImage; readAt: number }>(KEPT);

  async function read(given: string | undefined, now: number): Promise<ServedImage> {
    const { id } = validate(byId, { id: given });
    const image = await load(id);
    served.set(String(id), { image, readAt: now });
    return image;
  }

  /** Validates by hand: a gateway asks a thousand times for one image. */
  async function handle(c: Context<AppEnv>): Promise<Answer> {
    const id = c.req.param('id');
    const now = clock.now();
    const known = served.get(id ?? '');
    const fresh = known !== undefined && Math.abs(now - known.readAt) < REREAD_AFTER;
    return respondWithImage(c.req.raw, fresh ? known.image : await read(id, now), images);
  }

  const described = route({
    method: 'GET',
    path,
    access,
    rate: 'download',
    summary: 'The image, whole or a range of it',
    params: byId,
    responses: imageResponses,
    problems: [404, 416],
    handle,
  });
  return {
    route: { ...described, handle },
    forget(id) {
      if (id === undefined) served.clear();
      else served.delete(String(id));
    },
  };
}
