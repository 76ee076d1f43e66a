import { invalid } from '../http/problem.ts';
import { type ImageClaim, type ImageFacts, inspectImage, LARGEST_IMAGE } from './inspect.ts';
import type { Upload } from './upload.ts';

export interface CheckedUpload {
  image: ImageFacts | null;
  warnings: string[];
}

/** Checks an upload against what is claimed of it; throws Problem 422 with every finding, unless `raw`. */
export async function checkUpload(
  upload: Upload,
  claim: ImageClaim,
  raw: boolean,
): Promise<CheckedUpload> {
  const { size } = upload.stored;
  if (size === 0) throw invalid([{ path: 'file', message: 'is empty' }]);
  if (size > LARGEST_IMAGE) {
    const message = `has ${size} bytes; no app partition holds more than ${LARGEST_IMAGE}`;
    if (!raw) throw invalid([{ path: 'file', message }]);
    return { image: null, warnings: [message] };
  }
  const found = inspectImage(await upload.receiver.readBack(), claim);
  if (found.problems.length > 0 && !raw) {
    throw invalid(found.problems.map((message) => ({ path: 'file', message })));
  }
  return { image: found.image, warnings: [...found.problems, ...found.warnings] };
}

/** A client's name for a file, for people; it is never part of a path. */
export function displayName(given: string, otherwise: string): string {
  return given.replaceAll(/\p{Cc}/gu, '').slice(0, 100) || otherwise;
}
