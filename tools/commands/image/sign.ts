import { Command, Option } from 'commander';
import { realChipId } from '../../formats/chips.ts';
import { imageLength, parseImageHeader } from '../../formats/esp-image.ts';
import { signatureOffset, signImage, verifySignatures } from '../../formats/secure-boot/index.ts';
import { inputName, readInput } from '../support/input.ts';
import { outputName, writeOutput } from '../support/output.ts';
import { reportingFaults } from '../support/problems.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { hexText, printable } from '../support/text.ts';
import { readPrivateKey } from './keys.ts';
import { describeSignature } from './report.ts';
import { signatureRows } from './report-page.ts';

interface SignFlags {
  key: string[];
  output: string;
  append?: boolean;
  replace?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ openssl genrsa -out key.pem 3072
  $ ota image sign firmware.bin --key key.pem -o signed.bin
  $ ota image sign signed.bin --key second.pem --append -o signed-twice.bin

Keys are private ones in PEM (PKCS#1, PKCS#8 or SEC1, no passphrase): RSA-3072, or ECDSA on P-256 or P-384.
The image is padded to the next 4096 bytes; the signature sector follows. The exit code is 1 where the
image is damaged or signed already.`;

export function signCommand(): Command {
  return new Command('sign')
    .description('Sign an image for Secure Boot v2.')
    .argument('<file>', 'app or bootloader image; - for standard input')
    .addOption(
      new Option('--key <PEM>', 'private key; up to three (repeatable)')
        .argParser((file: string, list: string[] | undefined) => [...(list ?? []), file])
        .makeOptionMandatory(),
    )
    .requiredOption('-o, --output <FILE>', 'signed image; - for standard output')
    .addOption(new Option('--append', 'keep the signatures that are there').conflicts('replace'))
    .option('--replace', 'drop the signatures that are there')
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action((file: string, flags: SignFlags) => reportingFaults(flags, () => sign(file, flags)));
}

async function sign(file: string, flags: SignFlags): Promise<void> {
  const keys = await Promise.all(flags.key.map(readPrivateKey));
  const bytes = await readInput(file);
  const existing = flags.append ? 'append' : flags.replace ? 'replace' : 'refuse';
  const signed = await signImage(bytes, { keys, existing });
  const { signatures } = await verifySignatures(signed);
  await writeOutput(flags.output, signed, 'the signed image');
  const offset = signatureOffset(imageLength(signed));
  const report = {
    ok: true,
    file: inputName(file),
    output: flags.output,
    size: signed.length,
    signatureOffset: offset,
    signatures: signatures.map(describeSignature),
    problems: warnings(
      signed,
      signatures.map(({ scheme }) => scheme),
    ),
  };
  show(report, flags, (page) => {
    const rows = report.signatures.flatMap((s) => signatureRows(s, () => page.color.green('ok')));
    const size = `${signed.length} bytes, signatures at ${hexText(offset)}`;
    page.section(printable(outputName(flags.output)), [['size', size], ...rows]);
    page.problems(report.problems);
  });
}

/** What a board would not take, though the file is right. */
function warnings(signed: Uint8Array, schemes: readonly (string | undefined)[]) {
  const warning = (code: string, message: string) => ({
    code,
    severity: 'warning' as const,
    message,
  });
  const found = [];
  const esp32 = realChipId(parseImageHeader(signed).chipId) === 0;
  if (esp32 && schemes.length > 1) {
    found.push(warning('signature-count', 'an ESP32 looks at the first signature only'));
  }
  if (new Set(schemes).size > 1) {
    const message = `a board checks one scheme, and these are ${schemes.join(', ')}; espsecure cannot verify such a file`;
    found.push(warning('signature-schemes', message));
  }
  return found;
}
