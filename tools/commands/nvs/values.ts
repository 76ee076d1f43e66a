import { copyBytes, utf8 } from '../../formats/bytes.ts';
import { FormatError } from '../../formats/errors.ts';
import { memoryFlash } from '../../formats/flash-region.ts';
import { checkEncoding, decodeValue, type TypedValue } from '../../formats/nvs/nvs-csv-value.ts';
import type { NvsDumpEntry } from '../../formats/nvs/nvs-dump.ts';
import { parseNvs } from '../../formats/nvs/nvs-parse.ts';
import { type NvsStore, openNvs } from '../../formats/nvs/nvs-store.ts';
import { checkHoldsNvs } from '../../provision/index.ts';
import { readInput } from '../support/input.ts';
import { outputName, writeOutput } from '../support/output.ts';
import { show } from '../support/show.ts';
import { describeEntry } from './report.ts';
import { type NvsSource, readNvsSource, type SourceFlags } from './source.ts';

interface GetFlags extends SourceFlags {
  json?: boolean;
  output?: string;
}

/** Prints a value as text, a blob in hexadecimal; with -o its bytes go there. */
export async function getValue(
  file: string,
  namespace: string,
  key: string,
  flags: GetFlags,
): Promise<void> {
  const source = await readNvsSource(file, flags);
  const entry = findEntry(source, namespace, key);
  if (flags.output !== undefined) await writeOutput(flags.output, bytesOf(entry), 'the value');
  const report = { namespace, ...describeEntry(entry) };
  if (flags.json) show(report, flags, () => {});
  else if (flags.output === undefined) process.stdout.write(`${report.value}\n`);
}

function findEntry({ bytes, name }: NvsSource, namespace: string, key: string): NvsDumpEntry {
  const found = parseNvs(bytes).namespaces.find((one) => one.name === namespace);
  const entry = found?.entries.find((one) => one.key === key);
  if (entry) return entry;
  const what = found
    ? `key "${key}" in namespace "${namespace}" of`
    : `namespace "${namespace}" in`;
  throw new FormatError('nvs-not-found', `there is no ${what} ${name}`, {
    hint: 'ota nvs show lists what there is',
  });
}

/** A blob or string as it is stored, but for the NUL at a string's end; else the number's text. */
function bytesOf({ value, bytes }: NvsDumpEntry): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return bytes ?? utf8(String(value));
}

interface SetFlags extends SourceFlags {
  json?: boolean;
  output?: string;
  encoding?: string;
  file?: string;
}

/** Stores a value as the device would, in the file itself unless -o says otherwise. */
export async function setValue(
  file: string,
  namespace: string,
  key: string,
  text: string | undefined,
  flags: SetFlags,
): Promise<void> {
  if ((text === undefined) === (flags.file === undefined)) {
    throw new Error('give the value, or --file with the file that holds it');
  }
  const source = await readNvsSource(file, flags);
  const { name, partition } = source;
  checkHoldsNvs(
    source.bytes,
    partition ? `partition "${partition.label}" of ${name}` : name,
    'give an NVS partition, a dump with its partition table, or erased flash (0xFF) to begin anew',
  );
  const content = text ?? (await readInput(flags.file!));
  const region = memoryFlash(source.bytes);
  const store = openNvs(region);
  const { type, value } = decode(store, namespace, key, content, flags.encoding);
  store.set(namespace, key, type, value);
  store.commit();
  const changed = copyBytes(source.whole);
  changed.set(region.bytes, source.partition?.offset ?? 0);
  const output = flags.output ?? file;
  await writeOutput(output, changed, 'the partition');
  const entry = findEntry({ ...source, bytes: region.bytes }, namespace, key);
  const { value: stored } = describeEntry(entry);
  const { available, total } = store.stats();
  const report = {
    file: source.name,
    output,
    namespace,
    key,
    type,
    value: stored,
    free: available,
  };
  show(report, { json: flags.json, output }, (page) =>
    page.section(outputName(output), [
      [`${namespace}/${key}`, `${type}, stored`],
      ['free', `${available} of ${total} entries`],
    ]),
  );
}

/** Without an encoding a key keeps the type that it has. */
function decode(
  store: NvsStore,
  namespace: string,
  key: string,
  content: string | Uint8Array,
  encoding: string | undefined,
): TypedValue {
  const old = store.typeOf(namespace, key);
  const blob = typeof content === 'string' ? 'hex2bin' : 'binary';
  const usual = old === 'str' ? 'string' : old === 'blob' ? blob : old;
  const chosen = encoding ?? usual;
  if (chosen === undefined) {
    throw new FormatError('encoding-missing', `"${key}" is new in "${namespace}": of which type?`, {
      hint: '--encoding string, or u8 … i64, hex2bin, base64, binary',
    });
  }
  checkEncoding(chosen);
  return decodeValue(chosen, content);
}
