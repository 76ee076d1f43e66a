import type { Insertable } from 'kysely';
import type { z } from 'zod';
import { Problem } from '../http/problem.ts';
import { checkUpload, displayName } from '../images/check-upload.ts';
import type { ImageStore } from '../images/image-store.ts';
import { readFields, receiveUpload, type Upload } from '../images/upload.ts';
import {
  claimRelease,
  deviceFirmwareOf,
  type ReleaseKey,
  uploadedFileOf,
} from '../store/device-firmware.ts';
import { shareImages } from '../store/image-lock.ts';
import type { FirmwareFilesTable } from '../store/schema.ts';
import type { Db } from '../store/store.ts';
import type { storedFileAnswer } from './answers.ts';
import type { DeviceDeps } from './deps.ts';
import { uploadForm } from './schemas.ts';

/**
 * Stores a file for a release (type, version, build) under its public name; nothing is offered before it is registered. The same
 * bytes again are answered as the first time. Throws Problem 409 where the release has other bytes, and those of receiveUpload
 * and checkUpload.
 */
export async function uploadFile(
  deps: DeviceDeps,
  request: Request,
  allowRaw: boolean | undefined,
): Promise<z.output<typeof storedFileAnswer>> {
  const upload = await receiveUpload(request, deps.images, { fileSize: deps.maxUploadSize });
  try {
    const { allow_raw, ...key } = readFields(upload.fields, uploadForm);
    await refuseOtherBytes(deps.store.db, key, upload.stored.sha256);
    const claim = { deviceType: key.device_type, version: key.version };
    const { image, warnings } = await checkUpload(upload, claim, allow_raw ?? allowRaw ?? false);
    const { size, sha256, md5 } = upload.stored;
    const binary_path = await keep(deps, upload, {
      ...key,
      filename: displayName(upload.filename, `${key.device_type}-${key.version}.bin`),
      file_size: size,
      sha256,
      md5_hash: md5,
      image: image && JSON.stringify(image),
      created_at: deps.clock.now(),
    });
    const filename = binary_path.slice(binary_path.indexOf('/') + 1);
    return { filename, file_size: size, file_hash: sha256, md5, binary_path, image, warnings };
  } finally {
    await upload.receiver.discard();
  }
}

async function refuseOtherBytes(db: Db, key: ReleaseKey, sha256: string): Promise<void> {
  const uploaded = await uploadedFileOf(db, key);
  const registered = await deviceFirmwareOf(db, key);
  for (const standing of [uploaded?.sha256, registered?.file_hash]) {
    if (standing !== undefined && standing !== sha256) throw otherBytes(key);
  }
}

function otherBytes({ device_type, version, build_number }: ReleaseKey): Problem {
  return new Problem(
    409,
    `${device_type} ${version} build ${build_number} has other bytes already; give a new version or build_number.`,
  );
}

/** File, name, then row; all of it where no sweep can come between. Answers the public name. */
async function keep(
  { store, images }: DeviceDeps,
  upload: Upload,
  row: Omit<Insertable<FirmwareFilesTable>, 'binary_path'>,
): Promise<string> {
  await upload.receiver.publish();
  return store.transaction(async (trx) => {
    await shareImages(trx);
    await upload.receiver.publish();
    await refuseOtherBytes(trx, row, row.sha256);
    const binary_path = await giveName(images, row, row.sha256);
    const standing = await claimRelease(trx, { ...row, binary_path });
    if (standing.sha256 !== row.sha256) throw otherBytes(row);
    return standing.binary_path;
  });
}

/** `<type>/v<version>.bin`, or with the build where other bytes have that name. */
async function giveName(images: ImageStore, key: ReleaseKey, sha256: string): Promise<string> {
  const plain = `${key.device_type}/v${key.version}`;
  for (const name of [`${plain}.bin`, `${plain}-b${key.build_number}.bin`]) {
    if (await images.name(name, sha256)) return name;
  }
  throw new Problem(
    409,
    `Other bytes have the name ${plain}-b${key.build_number}.bin; give another build_number.`,
  );
}
