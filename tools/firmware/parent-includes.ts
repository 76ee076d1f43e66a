import { posix } from 'node:path';
import { textOf } from './file-set.ts';

const PARENT_INCLUDE =
  /^([ \t]*#[ \t]*include(?:_next)?[ \t]*)(["<])([^"<>\n]*\.\.\/[^"<>\n]*)[">]/gm;

/**
 * The compiler's in-memory file system takes "a/../b" for "a/b". So `#include "../x.h"` is rewritten
 * to the absolute path inside the tree wherever that file exists; other files come back as they are.
 */
export function resolveParentIncludes(
  files: Map<string, Uint8Array>,
  includeDirs: readonly string[] = [],
): Map<string, Uint8Array> {
  const encoder = new TextEncoder();
  for (const [path, bytes] of files) {
    if (!bytes.includes(0x23)) continue;
    const text = textOf(bytes);
    if (!text.includes('../')) continue;
    const fixed = text.replace(
      PARENT_INCLUDE,
      (line, directive: string, _open: string, name: string) => {
        const target = [posix.dirname(path), ...includeDirs]
          .map((dir) => posix.normalize(`${dir}/${name}`))
          .find((candidate) => files.has(candidate));
        return target ? `${directive}"/${target}"` : line;
      },
    );
    if (fixed !== text) files.set(path, encoder.encode(fixed));
  }
  return files;
}
