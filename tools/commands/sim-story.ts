import type { Check } from '../../simulator/scenario/mesh-update/types.ts';
import { StoryDisplay } from './sim-display.ts';
import { interruptible } from './support/interrupt.ts';

/** What every story tells at its end. */
interface Told {
  ok: boolean;
  checks: readonly Check[];
  virtualSeconds: number;
}

/** A story as people watch it. */
export interface Watched<Images, Report extends Told> {
  /** The report is the only thing on standard output, as JSON. */
  json?: boolean;
  /** Without a terminal, bars and time are printed once in so many virtual seconds. */
  plainEvery?: number;
  build: (display: StoryDisplay, signal: AbortSignal) => Promise<Images>;
  /** What is measured. */
  tell: (images: Images, display: StoryDisplay, signal: AbortSignal) => Promise<Report>;
  lines: (report: Report, wallSeconds: number) => string[];
}

/** Builds a story's firmware, tells it, prints its report; the exit code says whether all was observed. Ctrl-C stops it. */
export async function watchStory<Images, Report extends Told>(
  story: Watched<Images, Report>,
): Promise<void> {
  const display = new StoryDisplay(outputOf(story), story.plainEvery);
  await interruptible(async (signal) => {
    try {
      const images = await story.build(display, signal);
      const started = process.hrtime.bigint();
      const report = await story.tell(images, display, signal);
      const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
      display.end();
      print(story, report, wallSeconds);
      process.exitCode = report.ok ? 0 : 1;
    } finally {
      display.end();
    }
  });
}

/** Where progress goes. */
export function outputOf({ json }: { json?: boolean }): NodeJS.WriteStream {
  return json ? process.stderr : process.stdout;
}

function print<Images, Report extends Told>(
  { json, lines }: Watched<Images, Report>,
  report: Report,
  wallSeconds: number,
): void {
  const { virtualSeconds, checks } = report;
  if (json) {
    const speedUp = virtualSeconds / wallSeconds;
    console.log(JSON.stringify({ ...report, wallSeconds, speedUp }, null, 2));
    return;
  }
  console.log(['', ...lines(report, wallSeconds)].join('\n'));
  const failed = checks.filter((check) => !check.ok).length;
  if (failed > 0) console.error(`\n${failed} of ${checks.length} observations did not hold.`);
}
