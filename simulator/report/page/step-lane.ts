import { lasting } from '../../oracles/open-faults.ts';
import { formatSeconds } from '../duration.ts';
import type { RunStory } from '../story.ts';
import { html, type Markup } from './markup.ts';

/** The lane above the boards: what the timeline of the file did, and what oracles found. */
export const LANE = { top: 18, height: 30 };
const FINDING = 'M0-7L6 5H-6Z';
/** With more of them lines across all boards would hide what they cross. */
const LINES_MAX = 40;

type Place = (time: number) => string;

/** Steps as dots, or as bars where they last; findings as triangles. `height`: of the whole picture. */
export function stepLane({ result }: RunStory, height: number, at: Place): Markup {
  const { log, findings } = result;
  const bar = LANE.top + 17;
  const lines = log.length <= LINES_MAX;
  const steps = log.map(({ time, text }, i) => {
    const told = html`<title>${i + 1}. ${formatSeconds(time / 1e6)}: ${text}</title>`;
    const lasts = lasting(text);
    const line =
      lines &&
      html`<line class="step" x1="${at(time)}" x2="${at(time)}" y1="${bar}" y2="${height}"/>`;
    const shape =
      lasts === undefined
        ? html`<circle class="step-dot" cx="${at(time)}" cy="${bar}" r="3">${told}</circle>`
        : html`<rect class="step-bar" x="${at(time)}" y="${bar - 4}" width="${at(lasts)}" height="8" rx="2">${told}</rect>`;
    return html`${line}${shape}`;
  });
  const found = findings.map(
    ({ time, oracle, message }) =>
      html`<line class="found" x1="${at(time)}" x2="${at(time)}" y1="${LANE.top + 4}" y2="${height}"/><svg x="${at(time)}" y="${LANE.top + 4}"><path class="mark finding" d="${FINDING}"><title>${formatSeconds(time / 1e6)}, ${oracle}: ${message}</title></path></svg>`,
  );
  return html`${steps}${found}`;
}
