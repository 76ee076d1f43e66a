import { dirname, join } from 'node:path';
import { utf8 } from '../../formats/bytes.ts';
import { parseNvs } from '../../formats/nvs/nvs-parse.ts';
import { formatNvsCsv } from '../../formats/nvs/nvs-to-csv.ts';
import { writeFile, writeOutput } from '../support/output.ts';
import { show } from '../support/show.ts';
import { describeNvs, fillNvsPage } from './report.ts';
import { type NvsSource, readNvsSource, type SourceFlags } from './source.ts';

interface ShowFlags extends SourceFlags {
  json?: boolean;
  namespace?: string;
  csv?: string;
}

export async function showNvs(file: string, flags: ShowFlags): Promise<void> {
  const source = await readNvsSource(file, flags);
  if (flags.csv !== undefined) await writeCsv(source, flags.csv);
  const report = describeNvs(source, flags.namespace);
  if (flags.namespace !== undefined && report.namespaces.length === 0) {
    throw new Error(`there is no namespace "${flags.namespace}" in ${source.name}`);
  }
  show(report, { json: flags.json, output: flags.csv }, (page) => fillNvsPage(page, report));
  if (!report.valid) process.exitCode = 1;
}

async function writeCsv({ bytes }: NvsSource, target: string): Promise<void> {
  const { csv, files, problems } = formatNvsCsv(parseNvs(bytes));
  for (const { message } of problems) console.error(`warning: not in the CSV: ${message}`);
  if (problems.length > 0) process.exitCode = 1;
  if (target === '-' && files.length > 0) {
    throw new Error(`${files.length} values need files beside the CSV: give --csv FILE`);
  }
  for (const { path, bytes: content } of files) {
    writeFile(join(dirname(target), path), content, 'a value');
  }
  await writeOutput(target, utf8(csv), 'the CSV');
}
