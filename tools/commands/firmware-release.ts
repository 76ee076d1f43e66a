import { Command } from 'commander';
import type { DeviceRegistration, StoredFile } from '../client/index.ts';
import { firmwareText, storedText } from './firmware-text.ts';
import { type ImageFile, nameOfImage, openImageFile } from './remote/image-file.ts';
import { remoteOptions } from './remote/options.ts';
import { uploadBar } from './remote/progress.ts';
import { type Session, withServer } from './remote/session.ts';
import { moment, wholeNumber } from './remote/values.ts';
import { tell } from './support/trouble.ts';

/** What is said of a firmware beside its file. */
interface ReleaseFlags {
  stable?: boolean;
  minVersion?: string;
  description?: string;
  releasedAt?: string;
}

interface UploadFlags {
  file?: string;
  deviceType?: string;
  version?: string;
  build?: number;
  allowRaw?: boolean;
}

interface RegisterFlags extends ReleaseFlags {
  deviceType: string;
  version: string;
  build: number;
  fileSize: number;
  fileHash: string;
  binaryPath: string;
  filename?: string;
}

const UPLOAD_EXAMPLE = `
Example:
  $ ota firmware upload --file firmware.bin --device-type scales_bridge_tab5 --version 1.0.0 --token TOKEN

Type and version are read from the image where they are not given. Nothing is offered to devices before
ota firmware register; ota firmware publish does both.`;

const REGISTER_EXAMPLE = `
Example:
  $ ota firmware register --device-type scales_bridge_tab5 --version 1.0.0 --build 1 \\
      --file-size 524288 --file-hash abc123... --binary-path scales_bridge_tab5/v1.0.0.bin --token TOKEN

Size, hash and path are what ota firmware upload prints.`;

const PUBLISH_EXAMPLE = `
Example:
  $ ota firmware publish firmware.bin --stable

Without --stable it is a beta: registered, but offered to no device before
ota firmware update --id N --stable.`;

const buildNumber = wholeNumber(0);

/** The verbs that bring firmware to the server. */
export function releaseCommands(): Command[] {
  return [uploadCommand(), registerCommand(), publishCommand()];
}

function uploadCommand(): Command {
  const command = new Command('upload')
    .description('Send an image to the server.')
    .argument('[file]', 'image; - for standard input')
    .option('--file <FILE>', 'the same as the argument');
  return remoteOptions(imageOptions(command))
    .addHelpText('after', UPLOAD_EXAMPLE)
    .action(withServer<UploadFlags>(upload));
}

function registerCommand(): Command {
  const command = new Command('register')
    .description('Make an uploaded image known as a version of a device type.')
    .requiredOption('--device-type <TYPE>', 'what devices of this kind call themselves')
    .requiredOption('--version <X.Y.Z>', 'version of the firmware')
    .option('--build <N>', 'build number', buildNumber, 1)
    .requiredOption('--file-size <BYTES>', 'size of the image', wholeNumber(1))
    .requiredOption('--file-hash <SHA256>', 'SHA-256 of the image')
    .requiredOption('--binary-path <PATH>', 'where upload has put it')
    .option('--filename <NAME>', 'name for people (default: the last part of the path)');
  return remoteOptions(releaseOptions(command))
    .addHelpText('after', REGISTER_EXAMPLE)
    .action(withServer<RegisterFlags>(register));
}

function publishCommand(): Command {
  const command = new Command('publish')
    .description('Upload and register in one, type and version from the image.')
    .argument('[file]', 'image; - for standard input')
    .option('--file <FILE>', 'the same as the argument');
  return remoteOptions(releaseOptions(imageOptions(command)))
    .addHelpText('after', PUBLISH_EXAMPLE)
    .action(withServer<UploadFlags & ReleaseFlags>(publish));
}

function imageOptions(command: Command): Command {
  return command
    .option('--device-type <TYPE>', 'what devices of this kind call themselves')
    .option('--version <X.Y.Z>', 'version of the firmware')
    .option('--build <N>', "build number (default: the image's, else 1)", buildNumber)
    .option('--allow-raw', 'take a file that is no whole ESP image');
}

function releaseOptions(command: Command): Command {
  return command
    .option('--stable', 'offer it to devices')
    .option('--min-version <X.Y.Z>', 'devices older than this must take another step first')
    .option('--description <TEXT>', 'what is new')
    .option('--released-at <TIME>', 'when it was released', moment);
}

async function upload(session: Session, flags: UploadFlags, args: unknown[]): Promise<void> {
  const { stored, ...claim } = await send(session, flags, args);
  warn(stored.warnings);
  session.show(stored, storedText(stored, claim));
}

async function register(session: Session, flags: RegisterFlags): Promise<void> {
  const firmware = await session.device.registerFirmware(registration(flags));
  session.show(firmware, firmwareText(firmware));
}

async function publish(
  session: Session,
  flags: UploadFlags & ReleaseFlags,
  args: unknown[],
): Promise<void> {
  const { stored, type, version, build } = await send(session, flags, args);
  warn(stored.warnings);
  const firmware = await session.device.registerFirmware(
    registration({
      ...flags,
      deviceType: type,
      version,
      build,
      fileSize: stored.file_size,
      fileHash: stored.file_hash,
      binaryPath: stored.binary_path,
    }),
  );
  session.show(firmware, firmwareText(firmware));
}

async function send(
  session: Session,
  flags: UploadFlags,
  args: unknown[],
): Promise<{ stored: StoredFile } & Claim> {
  const file = await openImageFile((args[0] as string | undefined) ?? flags.file);
  const { type, version, build } = await claimOf(file, flags);
  const bar = uploadBar(file.name, process.stderr);
  try {
    const stored = await session.device.uploadFirmware(
      {
        file: file.blob,
        filename: file.name,
        device_type: type,
        version,
        build_number: build,
        allow_raw: flags.allowRaw,
      },
      bar.show,
    );
    return { stored, type, version, build };
  } finally {
    bar.end();
  }
}

/** What an upload is said to be. */
interface Claim {
  type: string;
  version: string;
  build: number;
}

/** By the options, and by the image for those that are not given: `1.2.0+7` is build 7 of 1.2.0, as `ota firmware build` writes it. */
async function claimOf(file: ImageFile, flags: UploadFlags): Promise<Claim> {
  const { deviceType, version, build } = flags;
  if (deviceType !== undefined && version !== undefined) {
    return { type: deviceType, version, build: build ?? 1 };
  }
  const named = await nameOfImage(file, '--device-type and --version');
  const [, core, number] = /^(.+)\+(\d{1,9})$/.exec(named.version) ?? [];
  return {
    type: deviceType ?? named.type,
    version: version ?? core ?? named.version,
    build: build ?? Number(number ?? 1),
  };
}

function registration(flags: RegisterFlags): DeviceRegistration {
  return {
    device_type: flags.deviceType,
    version: flags.version,
    build_number: flags.build,
    filename: flags.filename,
    file_size: flags.fileSize,
    file_hash: flags.fileHash.toLowerCase(),
    binary_path: flags.binaryPath,
    is_stable: flags.stable,
    min_current_version: flags.minVersion,
    description: flags.description,
    released_at: flags.releasedAt,
  };
}

function warn(warnings: readonly string[] | undefined): void {
  for (const warning of warnings ?? []) tell({ message: `warning: ${warning}` });
}
