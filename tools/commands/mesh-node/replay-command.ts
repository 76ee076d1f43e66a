import { Command } from 'commander';
import { inputName, readInput } from '../support/input.ts';
import type { Page } from '../support/page.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { idText } from './node-id.ts';
import { checkTrace, type TraceReport, TYPE_NAMES } from './trace-check.ts';

const TRACE_MAX = 256 * 1024 * 1024;

/** `ota mesh replay`: holds a recorded trace against the protocol. */
export function replayCommand(): Command {
  return new Command('replay')
    .summary('check a recorded trace against the protocol')
    .description(
      'Reads a trace (join, push and watch write one with --trace), checks every frame, their order and the MD5 of each image, and sums up.',
    )
    .argument('<file>', 'a trace, - for standard input')
    .option(...JSON_FLAG)
    .addHelpText('after', '\nExamples:\n  $ ota mesh replay frames.jsonl')
    .action(async (file: string, flags: { json?: boolean }) => {
      const content = new TextDecoder().decode(await readInput(file, TRACE_MAX));
      const report = checkTrace(content);
      show(asJson(report), flags, (page) => fill(page, inputName(file), report));
      if (report.problems.length > 0) process.exitCode = 1;
    });
}

function asJson(report: TraceReport): object {
  const types = [...report.types].map(([type, sum]) => ({ type, ...sum }));
  return { ...report, types };
}

function fill(page: Page, name: string, report: TraceReport): void {
  page.section(name, [
    ['lines', String(report.lines)],
    ['time', `${report.seconds.toFixed(1)} s`],
    ['nodes', report.nodes.map(idText).join(', ') || '-'],
  ]);
  const types = [...report.types].sort(([a], [b]) => a - b);
  page.table(
    'Frames',
    [
      { title: 'type', cell: ([type]: (typeof types)[number]) => String(type), right: true },
      { title: 'name', cell: ([type]) => TYPE_NAMES[type] ?? 'user package' },
      { title: 'frames', cell: ([, { frames }]) => String(frames), right: true },
      { title: 'bytes', cell: ([, { bytes }]) => String(bytes), right: true },
    ],
    types,
  );
  if (report.transfers.length > 0) {
    page.table(
      'Images',
      [
        { title: 'md5', cell: (t: TraceReport['transfers'][number]) => t.md5 },
        { title: 'to', cell: (t) => idText(t.receiver) },
        { title: 'parts', cell: (t) => `${t.received} of ${t.parts}`, right: true },
        {
          title: 'bytes',
          cell: ({ whole }) => (whole === undefined ? 'not all' : whole ? 'as announced' : 'WRONG'),
        },
      ],
      report.transfers,
    );
  }
  page.problems(
    report.problems.map(({ line, message }) => ({
      message: line > 0 ? `line ${line}: ${message}` : message,
    })),
  );
}
