import { writeFileSync } from 'node:fs';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { runText, textOf } from './library-run.ts';
import { PIN_COMMAND, PINS_PATH, type PinnedTrace, readPins } from './pinned-traces.ts';

/**
 * `node test/scenarios/pin-traces.ts "WHAT CHANGED, AND WHY"` makes the pinned runs again and moves the hashes that have changed; the
 * sentence stands beside each that moved, and belongs into the commit. Of another file's name it pins that one as well.
 */
const SENTENCE_MIN = 20;

async function pin(because: string, more: readonly string[]): Promise<void> {
  const pins = readPins();
  const files = [...new Set([...pins.keys(), ...more])].sort();
  const moved: Record<string, PinnedTrace> = {};
  for (const file of files) {
    const before = pins.get(file);
    const seed = before?.seed ?? '1';
    const { ok, trace } = await runText(textOf(file), seed);
    if (!ok) throw new Error(`${file} fails with seed ${seed}: nothing is pinned`);
    const stays = before?.trace === trace;
    moved[file] = stays ? before : { seed, trace, because };
    console.log(`${file}: ${stays ? 'as it was' : trace}`);
  }
  writeFileSync(PINS_PATH, `${JSON.stringify(moved, null, 2)}\n`);
}

const [because = '', ...more] = process.argv.slice(2);
try {
  if (because.trim().length < SENTENCE_MIN)
    throw new Error(`say why, in a sentence: ${PIN_COMMAND}`);
  await pin(because.trim(), more);
} catch (error) {
  console.error(`pin-traces: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  closeCompilers();
}
