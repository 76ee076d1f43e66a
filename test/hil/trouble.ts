import {
  type Frame,
  namesOf,
  type Symbolizer,
  type Trouble,
  traceLines,
} from '../../tools/monitor/index.ts';

/** A board crashed while nobody expected it. */
export class BoardTrouble extends Error {
  readonly trouble: Trouble;
  readonly frames: readonly Frame[];

  constructor(board: string, trouble: Trouble, frames: readonly Frame[]) {
    const trace = traceLines(frames).map((line) => `\n  ${line}`);
    super(`${board}: ${trouble.kind}: ${trouble.reason}${trace.join('')}`);
    this.name = 'BoardTrouble';
    this.trouble = trouble;
    this.frames = frames;
  }
}

export async function troubleOf(
  board: string,
  trouble: Trouble,
  symbols: (() => Promise<Symbolizer>) | undefined,
): Promise<BoardTrouble> {
  // Names are a help; without them the crash is told all the same.
  const frames = await Promise.resolve(symbols?.())
    .then((one) => namesOf(trouble, one))
    .catch(() => namesOf(trouble));
  return new BoardTrouble(board, trouble, frames);
}
