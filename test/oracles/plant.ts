import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { applyEdit, type Edit } from '../support/edit.ts';

/** Loaded before anything else of ours: changes modules as they are loaded, by the edits in ORACLE_MUTANT. No file is touched. What this
 * imports is loaded too early to be changed. */
const edits = JSON.parse(process.env.ORACLE_MUTANT ?? '[]') as Edit[];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.startsWith('file:') || !loaded.source) return loaded;
    const path = fileURLToPath(url);
    const own = edits.filter(({ file }) => path.endsWith(`/${file}`));
    if (own.length === 0) return loaded;
    let text = typeof loaded.source === 'string' ? loaded.source : decode(loaded.source);
    for (const edit of own) text = applyEdit(text, edit);
    return { ...loaded, source: text };
  },
});

function decode(bytes: ArrayBufferLike | NodeJS.ArrayBufferView): string {
  return new TextDecoder().decode(bytes as Uint8Array);
}
