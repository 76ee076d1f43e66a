import { concatBytes, copyBytes, equalBytes, readText, utf8 } from '../bytes.ts';
import { blobIndexOf, ITEM_TYPE, itemTypeName } from './entry.ts';
import type { Found, NvsDumpNamespace, Report } from './nvs-dump.ts';
import { BlobFinder } from './nvs-parse-blob.ts';
import { type NvsType, type NvsValue, readScalar, type ScalarType } from './value.ts';

/** Gives items to their namespaces and joins the pieces of blobs. */
export function readNamespaces(items: Found[], report: Report): NvsDumpNamespace[] {
  const byIndex = new Map<number, NvsDumpNamespace>();
  for (const { nsIndex, type, key, data, offset } of items) {
    if (nsIndex !== 0) continue;
    const index = data[0]!;
    if (type !== ITEM_TYPE.u8 || index === 0 || index === 0xff) {
      report('namespace-entry', offset, `${JSON.stringify(key)} is no sound name of a namespace`);
    } else if (byIndex.has(index)) {
      report('namespace-twice', offset, `namespace ${index} has two names`);
    } else byIndex.set(index, { index, name: key, entries: [] });
  }
  const blobs = new BlobFinder(items);
  const used = new Set<Found>();
  for (const item of items) {
    if (item.nsIndex === 0 || item.type === ITEM_TYPE.blobData) continue;
    const found = publicValue(item, blobs, used, report);
    if (!found) continue;
    let namespace = byIndex.get(item.nsIndex);
    if (!namespace) {
      report('namespace-unknown', item.offset, `no entry names namespace ${item.nsIndex}`);
      namespace = { index: item.nsIndex, entries: [] };
      byIndex.set(item.nsIndex, namespace);
    }
    const name = itemTypeName(item.type)!;
    const type = name === 'blobIndex' || name === 'blobV1' ? 'blob' : (name as NvsType);
    namespace.entries.push({ key: item.key, type, ...found, offset: item.offset });
  }
  for (const piece of blobs.all) {
    if (used.has(piece)) continue;
    report('blob-orphan', piece.offset, `a piece of ${JSON.stringify(piece.key)} has no index`);
  }
  return [...byIndex.values()];
}

interface Value {
  value: NvsValue;
  bytes?: Uint8Array;
}

/** Undefined where the chip finds no value; a problem says why. */
function publicValue(
  item: Found,
  blobs: BlobFinder,
  used: Set<Found>,
  report: Report,
): Value | undefined {
  if (item.type === ITEM_TYPE.blobIndex) return joined(item, blobs, used, report);
  if (item.value === undefined) return undefined;
  if (item.type === ITEM_TYPE.blobV1) return { value: copyBytes(item.value) };
  if (item.type !== ITEM_TYPE.str) {
    return { value: readScalar(itemTypeName(item.type) as ScalarType, item.data) };
  }
  const value = readText(item.value, 0, item.value.length);
  const faithful = equalBytes(utf8(`${value}\0`), item.value);
  return faithful ? { value } : { value, bytes: copyBytes(item.value) };
}

function joined(
  index: Found,
  blobs: BlobFinder,
  used: Set<Found>,
  report: Report,
): Value | undefined {
  const { size, chunkCount } = blobIndexOf(index);
  const { pieces, complete } = blobs.piecesOf(index);
  for (const piece of pieces) used.add(piece);
  const sound = pieces.flatMap((piece) => (piece.value ? [piece.value] : []));
  if (complete && sound.length === chunkCount) return { value: concatBytes(sound) };
  const total = sound.reduce((sum, piece) => sum + piece.length, 0);
  report(
    'blob-incomplete',
    index.offset,
    `${JSON.stringify(index.key)} should have ${size} bytes in ${chunkCount} pieces; ${total} in ${sound.length} are here`,
  );
  return undefined;
}
