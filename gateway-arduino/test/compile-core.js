// node --liftoff-only compile-core.js <sources.json> <out.wasm>: see build-core.ts.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { commands } from '@yowasp/clang';

/** Turns { 'a/b.h': text } into the compiler's nested tree. */
function tree(files) {
  const root = {};
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split('/');
    const name = parts.pop();
    let folder = root;
    for (const part of parts) folder = folder[part] ??= {};
    folder[name] = text;
  }
  return root;
}

async function run(command, args, files) {
  let words = '';
  const note = (bytes) => {
    if (bytes) words += Buffer.from(bytes).toString();
  };
  try {
    return await command(args, files, { stdout: note, stderr: note, fetchProgress: () => {} });
  } catch (cause) {
    throw new Error(words || String(cause));
  }
}

const [input, output] = process.argv.slice(2);
const files = tree(JSON.parse(readFileSync(input, 'utf8')));
rmSync(input);
const flags = [
  '-std=gnu++2b',
  '-Ilibraries/MeshSwarm/src',
  '-O0',
  '-funsigned-char',
  '-fno-exceptions',
  '-fno-rtti',
  '-Wall',
  '-Wextra',
  '-Werror',
];
const link = [
  '-mexec-model=reactor',
  ...['count', 'name', 'run'].map((name) => `-Wl,--export=test_${name}`),
];
const built = await run(
  commands['clang++'],
  [...flags, ...link, 'test/all.cpp', '-o', 'core.wasm'],
  files,
);
writeFileSync(output, built['core.wasm']);
