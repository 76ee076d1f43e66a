import { Command, InvalidArgumentError, Option } from 'commander';
import { type Chip, chipName, findChipByName } from '../../formats/chips.ts';
import { type EspImage, type VerifyImageOptions, verifyImage } from '../../formats/esp-image.ts';
import { identifyImage } from '../../formats/image-tag.ts';
import { verifySignatures } from '../../formats/secure-boot/index.ts';
import { address } from '../support/address.ts';
import { inputName, readInput } from '../support/input.ts';
import type { Page, Row } from '../support/page.ts';
import { type CodedProblem, reportingFaults } from '../support/problems.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { printable } from '../support/text.ts';
import { readKeyDigest } from './keys.ts';
import { describeSignature, type SignatureReport } from './report.ts';
import { signatureRows } from './report-page.ts';

interface VerifyFlags {
  chip?: Chip;
  revision?: number;
  partitionSize?: number;
  at?: number;
  bootloader?: boolean;
  key: string[];
  json?: boolean;
}

interface VerifyReport {
  file: string;
  ok: boolean;
  kind: 'app' | 'bootloader';
  chip?: string;
  /** Bytes of the image. */
  length?: number;
  identity?: ReturnType<typeof identifyImage>;
  signatures: SignatureReport[];
  problems: CodedProblem[];
}

const EXAMPLES = `
Examples:
  $ ota image verify firmware.bin
  $ ota image verify firmware.bin --chip esp32c3 --revision 0.4 --partition-size 1280K --at 0x10000
  $ ota image verify signed.bin --key public.pem

Signatures behind the image are checked against the key in their own block; with --key, one must be by a
given key. The exit code is 1 where a board would refuse the image, or the file holds anything unexpected.`;

export function verifyCommand(): Command {
  return new Command('verify')
    .description('Judge an image as the bootloader would, and the signatures behind it.')
    .argument('<file>', 'app or bootloader image; - for standard input')
    .addOption(new Option('--chip <NAME>', 'the board’s chip, such as esp32s3').argParser(chipFlag))
    .addOption(
      new Option('--revision <X.Y>', 'the chip’s revision, such as 3.1').argParser(revisionFlag),
    )
    .addOption(new Option('--partition-size <SIZE>', 'of its partition').argParser(address))
    .addOption(new Option('--at <OFFSET>', 'where in flash it will stand').argParser(address))
    .option('--bootloader', 'judge as a bootloader (default: where it says that it is one)')
    .addOption(
      new Option('--key <PEM>', 'key that must have signed it (repeatable)')
        .argParser((file: string, list: string[]) => [...list, file])
        .default([], 'none'),
    )
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action((file: string, flags: VerifyFlags) =>
      reportingFaults(flags, () => verify(file, flags)),
    );
}

async function verify(file: string, flags: VerifyFlags): Promise<void> {
  const trustedKeys = await Promise.all(flags.key.map(readKeyDigest));
  const bytes = await readInput(file);
  const report = judge(inputName(file), bytes, flags);
  if (report.length !== undefined) {
    await addSignatures(report, bytes, trustedKeys.length > 0 ? trustedKeys : undefined);
  }
  report.ok = report.problems.length === 0;
  show(report, flags, (page) => writePage(page, report));
  if (!report.ok) process.exitCode = 1;
}

function judge(file: string, bytes: Uint8Array, flags: VerifyFlags): VerifyReport {
  const options: VerifyImageOptions = {
    chipId: flags.chip?.id,
    chipRevision: flags.revision,
    maxLength: flags.partitionSize,
    flashOffset: flags.at,
    wholeFile: true,
  };
  let verdict = verifyImage(bytes, options);
  const isBootloader = flags.bootloader ?? verdict.image?.bootloaderDesc !== undefined;
  if (isBootloader) verdict = verifyImage(bytes, { ...options, kind: 'bootloader' });
  const { image } = verdict;
  const problems: CodedProblem[] = [...verdict.problems];
  const [first] = problems;
  if (first && flags.bootloader === undefined && holdsAsBootloader(bytes, image, options)) {
    problems[0] = { ...first, hint: OLD_BOOTLOADER };
  }
  return {
    file,
    ok: false,
    kind: isBootloader ? 'bootloader' : 'app',
    ...(image && {
      chip: chipName(image.chipId),
      length: image.length,
      identity: identifyImage(image),
    }),
    signatures: [],
    problems,
  };
}

const OLD_BOOTLOADER =
  'as a bootloader it holds; one of ESP-IDF before 5.2 does not say that it is one: give --bootloader';

/** Nothing in it says what it is, and by the rules for bootloaders there is nothing wrong. */
function holdsAsBootloader(
  bytes: Uint8Array,
  image: EspImage | undefined,
  options: VerifyImageOptions,
): boolean {
  const unnamed = image && !image.appDesc && !image.bootloaderDesc;
  return unnamed === true && verifyImage(bytes, { ...options, kind: 'bootloader' }).ok;
}

async function addSignatures(
  report: VerifyReport,
  bytes: Uint8Array,
  trustedKeys: Uint8Array[] | undefined,
): Promise<void> {
  const { place, signatures, problems } = await verifySignatures(bytes, { trustedKeys });
  if (!place && !trustedKeys) return;
  report.signatures = signatures.map(describeSignature);
  for (const { index, problems: own } of signatures) {
    const named = own.map((p) => ({ ...p, message: `signature ${index}: ${p.message}` }));
    report.problems.push(...named);
  }
  report.problems.push(...problems);
}

function writePage(page: Page, report: VerifyReport): void {
  const { color } = page;
  const verdict = (ok: boolean): string => (ok ? color.green('ok') : color.red('WRONG'));
  const rows: Row[] = [];
  if (report.chip) rows.push(['is', `${report.kind} for ${report.chip}, ${report.length} bytes`]);
  if (report.identity) {
    const { project, version } = report.identity;
    rows.push(['version', printable(`${project} ${version}`)]);
  }
  rows.push(...report.signatures.flatMap((signature) => signatureRows(signature, verdict)));
  rows.push(['verdict', report.ok ? color.green('ok') : color.red('refused')]);
  page.section(printable(report.file), rows);
  page.problems(report.problems);
}

export function chipFlag(name: string): Chip {
  const chip = findChipByName(name);
  if (!chip) throw new InvalidArgumentError('Give a chip such as esp32, esp32s3 or esp32c3.');
  return chip;
}

function revisionFlag(text: string): number {
  const [, major, minor] = /^v?(\d{1,2})\.(\d{1,2})$/.exec(text) ?? [];
  if (major === undefined) throw new InvalidArgumentError('Give a revision such as 3.1.');
  return Number(major) * 100 + Number(minor);
}
