import { Command } from 'commander';
import type { Firmware, UploadedFirmware } from '../client/index.ts';
import { nameOfImage, openImageFile } from './remote/image-file.ts';
import { remoteOptions, sharedBefore } from './remote/options.ts';
import { uploadBar } from './remote/progress.ts';
import { EXIT_HELP } from './remote/refusal.ts';
import { type Session, withServer } from './remote/session.ts';
import { type Column, fields, orDash, table, when } from './remote/text.ts';
import { idOf, withId } from './remote/values.ts';
import { tell } from './support/trouble.ts';

interface UploadFlags {
  file?: string;
  nodeType?: string;
  version?: string;
  hardware?: string;
  releaseNotes?: string;
  stable?: boolean;
  allowRaw?: boolean;
}

const UPLOAD_EXAMPLE = `
Example:
  $ ota mesh firmware upload firmware.bin --node-type pir --version 1.1.0 --release-notes "Bug fixes"

Node type and version are read from the image (MESHSWARM_IMAGE) where they are not given.`;

const COLUMNS: Column<Firmware>[] = [
  { title: 'id', cell: (f) => String(f.id), right: true },
  { title: 'node type', cell: (f) => f.node_type },
  { title: 'version', cell: (f) => f.version },
  { title: 'hardware', cell: (f) => f.hardware },
  { title: 'stable', cell: (f) => (f.is_stable ? 'yes' : 'no') },
  { title: 'bytes', cell: (f) => String(f.size_bytes), right: true },
  { title: 'md5', cell: (f) => f.md5_hash },
  { title: 'created (UTC)', cell: (f) => when(f.created_at) },
  { title: 'notes', cell: (f) => f.release_notes ?? '' },
];

export function meshFirmwareCommand(): Command {
  return sharedBefore(new Command('firmware'))
    .description('Firmware for mesh nodes.')
    .addCommand(uploadCommand())
    .addCommand(listCommand())
    .addCommand(deleteCommand())
    .addHelpText('after', EXIT_HELP);
}

function uploadCommand(): Command {
  const command = new Command('upload')
    .description('Send an image to the server.')
    .argument('[file]', 'image; - for standard input')
    .option('--file <FILE>', 'the same as the argument')
    .option('--node-type <TYPE>', 'role of the nodes it is for')
    .option('--version <X.Y.Z>', 'version of the firmware')
    .option('--hardware <NAME>', "painlessMesh's hardware string (default: ESP32)")
    .option('--release-notes <TEXT>', 'what is new')
    .option('--stable', 'let ota mesh update create --latest pick it')
    .option('--allow-raw', 'take a file that is no whole, fitting ESP image');
  return remoteOptions(command)
    .addHelpText('after', UPLOAD_EXAMPLE)
    .action(withServer<UploadFlags>(upload));
}

function listCommand(): Command {
  const command = new Command('list')
    .description('List the firmware for mesh nodes, newest first.')
    .option('--node-type <TYPE>', 'for this role only');
  return remoteOptions(command).action(
    withServer<{ nodeType?: string }>(async ({ mesh, show }, { nodeType }) => {
      const rows = await mesh.listFirmware({ node_type: nodeType });
      show(rows, rows.length > 0 ? table(COLUMNS, rows) : 'nothing there');
    }),
  );
}

function deleteCommand(): Command {
  const command = new Command('delete').description('Delete a firmware that no open update needs.');
  return remoteOptions(withId(command, 'firmware')).action(
    withServer<{ id?: number }>(async ({ mesh, show }, flags, args) => {
      const id = idOf(args, flags);
      await mesh.deleteFirmware(id);
      show({ id, deleted: true }, `firmware ${id} is deleted`);
    }),
  );
}

async function upload(session: Session, flags: UploadFlags, args: unknown[]): Promise<void> {
  const file = await openImageFile((args[0] as string | undefined) ?? flags.file);
  let { nodeType, version } = flags;
  if (nodeType === undefined || version === undefined) {
    const named = await nameOfImage(file, '--node-type and --version');
    nodeType ??= named.type;
    version ??= named.version;
  }
  const bar = uploadBar(file.name, process.stderr);
  let firmware: UploadedFirmware;
  try {
    firmware = await session.mesh.uploadFirmware(
      {
        file: file.blob,
        filename: file.name,
        node_type: nodeType,
        version,
        hardware: flags.hardware,
        release_notes: flags.releaseNotes,
        is_stable: flags.stable,
        allow_raw: flags.allowRaw,
      },
      bar.show,
    );
  } finally {
    bar.end();
  }
  for (const warning of firmware.warnings ?? []) tell({ message: `warning: ${warning}` });
  session.show(firmware, firmwareText(firmware));
}

function firmwareText(f: UploadedFirmware): string[] {
  return fields({
    id: f.id,
    'node type': f.node_type,
    version: f.version,
    hardware: f.hardware,
    stable: f.is_stable ? 'yes' : 'no',
    bytes: f.size_bytes,
    md5: f.md5_hash,
    sha256: f.sha256,
    image: f.image ? `${f.image.chip} ${orDash(f.image.role)} ${orDash(f.image.version)}` : 'raw',
    notes: f.release_notes ?? undefined,
  });
}
