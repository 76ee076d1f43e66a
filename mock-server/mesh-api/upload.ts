import type { Insertable } from 'kysely';
import type { z } from 'zod';
import { Problem } from '../http/problem.ts';
import { checkUpload, displayName } from '../images/check-upload.ts';
import type { ImageFacts } from '../images/inspect.ts';
import { readFields, receiveUpload, type Upload } from '../images/upload.ts';
import { TransactionConflict } from '../store/errors.ts';
import { findRelease, insertFirmware } from '../store/firmware.ts';
import { shareImages } from '../store/image-lock.ts';
import type { FirmwareRow, MeshFirmwareTable } from '../store/schema.ts';
import type { MeshDeps } from './deps.ts';
import { firmwareForm } from './schemas.ts';

type FirmwareForm = Omit<z.output<typeof firmwareForm>, 'is_stable' | 'allow_raw'>;

interface Uploaded {
  row: FirmwareRow;
  image: ImageFacts | null;
  warnings: string[];
}

/**
 * Takes one firmware upload: form, image check, file, row, in this order, so that nothing is served
 * that was not checked and no row names a file that is not there. `allowRaw` (query or form field
 * `allow_raw`) turns what the check finds into warnings.
 */
export async function uploadFirmware(
  deps: MeshDeps,
  request: Request,
  allowRaw: boolean | undefined,
): Promise<Uploaded> {
  const upload = await receiveUpload(request, deps.images, { fileSize: deps.maxUploadSize });
  try {
    const { allow_raw, is_stable, ...form } = readFields(upload.fields, firmwareForm);
    const raw = allow_raw ?? allowRaw ?? false;
    await refuseDuplicate(deps, form);
    const claim = { nodeType: form.node_type, version: form.version, hardware: form.hardware };
    const { image, warnings } = await checkUpload(upload, claim, raw);
    const row = await keep(deps, upload, {
      ...form,
      filename: displayName(upload.filename, `${form.node_type}-${form.version}.bin`),
      size_bytes: upload.stored.size,
      md5_hash: upload.stored.md5,
      sha256: upload.stored.sha256,
      is_stable: is_stable ? 1 : 0,
      created_at: deps.clock.now(),
    });
    return { row, image, warnings };
  } finally {
    await upload.receiver.discard();
  }
}

/** File, then row; published again inside, where no sweep can come between. */
async function keep(
  deps: MeshDeps,
  upload: Upload,
  release: Insertable<MeshFirmwareTable>,
): Promise<FirmwareRow> {
  await upload.receiver.publish();
  return deps.store.transaction(async (trx) => {
    await shareImages(trx);
    await upload.receiver.publish();
    const row = await insertFirmware(trx, release);
    if (row) return row;
    const there = await findRelease(trx, release);
    // Deleted in this very moment: the second attempt finds its place free.
    if (!there) throw new TransactionConflict();
    throw duplicate(there);
  });
}

async function refuseDuplicate({ store }: MeshDeps, form: FirmwareForm): Promise<void> {
  const there = await findRelease(store.db, form);
  if (there) throw duplicate(there);
}

function duplicate(there: FirmwareRow): Problem {
  return new Problem(
    409,
    `Firmware ${there.id} is ${there.node_type} ${there.version} for ${there.hardware} already; ` +
      'give a new version, or delete that one first.',
  );
}
