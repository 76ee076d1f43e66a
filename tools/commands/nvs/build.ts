import { readFileSync, statSync } from 'node:fs';
import { FormatError } from '../../formats/errors.ts';
import { buildNvsFromCsv, type CsvProblem } from '../../formats/nvs/nvs-csv.ts';
import { inputName, readInput, reasonOf } from '../support/input.ts';
import { outputName, writeOutput } from '../support/output.ts';
import { show } from '../support/show.ts';
import { hexText } from '../support/text.ts';

interface BuildFlags {
  json?: boolean;
  output: string;
  size: number;
  version: 1 | 2;
}

/** No CSV of settings is longer; the largest partition holds less. */
const CSV_MAX = 64 * 1024 * 1024;

export async function buildNvsCommand(file: string, flags: BuildFlags): Promise<void> {
  const { size, version, output } = flags;
  const text = textOf(await readInput(file, CSV_MAX), inputName(file));
  const built = buildNvsFromCsv(text, { size, version, readFile });
  const { bytes, problems, sizeNeeded } = built;
  if (bytes) await writeOutput(output, bytes, 'the partition');
  else process.exitCode = 1;
  const report = { file: inputName(file), output, size, valid: !!bytes, sizeNeeded, problems };
  show(report, flags, (page) => {
    const name = outputName(output);
    if (bytes) page.section(name, [['partition', `${hexText(size)} bytes, NVS`]]);
    page.problems(problems.map((problem) => placed(inputName(file), problem)));
  });
}

function placed(file: string, { line, column, message, ...rest }: CsvProblem) {
  return { ...rest, message: `${file}:${line}:${column}: ${message}` };
}

/** Paths are relative to the folder in which the command runs, as for ESP-IDF's generator. */
function readFile(path: string): Uint8Array {
  try {
    // What /dev/zero holds has no end.
    const there = statSync(path);
    if (there.isCharacterDevice()) throw new Error('it is a device');
    if (there.size > CSV_MAX) throw new Error('it is too large');
    return readFileSync(path);
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError('csv-text', `${name} is no UTF-8 text`, { hint: 'save it as UTF-8' });
  }
}
