import { createRequire } from 'node:module';
import { Language, Parser, type Tree } from 'web-tree-sitter';

let loading: Promise<Parser> | undefined;

async function load(): Promise<Parser> {
  const require = createRequire(import.meta.url);
  await Parser.init();
  const language = await Language.load(require.resolve('tree-sitter-cpp/tree-sitter-cpp.wasm'));
  return new Parser().setLanguage(language);
}

/** Error recovery on text that is no C++ can take long; a real sketch parses in milliseconds. */
const STEPS_MAX = 20_000;

/**
 * Parses C++ with tree-sitter, which accepts any text: what it cannot follow become ERROR nodes. The
 * caller deletes the tree.
 * @returns undefined for text so far from C++ that parsing was given up
 */
export async function parseCpp(text: string): Promise<Tree | undefined> {
  loading ??= load();
  const parser = await loading;
  let steps = 0;
  const tree = parser.parse(text, null, { progressCallback: () => ++steps > STEPS_MAX });
  if (!tree) parser.reset();
  return tree ?? undefined;
}
