import { copyBytes } from '../../formats/bytes.ts';
import { checkHoldsNvs, readSettings, writeSettings } from '../../provision/index.ts';
import { readNvsSource } from '../nvs/source.ts';
import { outputName, writeOutput } from '../support/output.ts';
import { show } from '../support/show.ts';
import {
  describeSettings,
  type ProvisionFlags,
  type ProvisionWork,
  publicSettings,
} from './options.ts';

/** Settings into an NVS partition in a file, or in the dump of a whole flash. */
export async function provisionFile(
  file: string,
  flags: ProvisionFlags,
  { settings, unset }: ProvisionWork,
): Promise<void> {
  const source = await readNvsSource(file, flags);
  const { bytes, whole, name, partition } = source;
  const what = partition ? `partition "${partition.label}" of ${name}` : name;
  if (!flags.erase) {
    checkHoldsNvs(
      bytes,
      what,
      'give an NVS partition or a dump with its table, or --erase to begin anew',
    );
  }
  const before = flags.erase ? new Uint8Array(bytes.length).fill(0xff) : bytes;
  const after = writeSettings(before, settings, unset);
  const changed = copyBytes(whole);
  changed.set(after, partition?.offset ?? 0);
  const output = flags.output ?? file;
  await writeOutput(output, changed, 'the partition');
  const stored = readSettings(after);
  const report = { file: name, output, settings: publicSettings(stored) };
  show(report, { json: flags.json, output }, (page) =>
    page.section(`Settings in ${outputName(output)}`, describeSettings(stored)),
  );
}
