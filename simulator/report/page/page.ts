import { createHash } from 'node:crypto';
import { formatSeconds } from '../duration.ts';
import type { RunStory } from '../story.ts';
import { html, type Markup, raw } from './markup.ts';
import { STYLE } from './style.ts';
import { serialSection, serverSection, stepsSection, verdictSection } from './tables.ts';
import { timelineSection } from './timeline.ts';
import { topologySection } from './topology.ts';

/** Nothing is loaded, nothing runs; the style is the one that belongs here. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A run as one HTML file that needs nothing beside it. */
export function reportPage(story: RunStory): string {
  const { result, description } = story;
  const badge = result.ok
    ? html`<span class="badge">passed</span>`
    : html`<span class="badge bad">failed</span>`;
  const page = html`${raw('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${result.ok ? '✓' : '✗'} ${result.name}</title><link rel="icon" href="data:,"><style>${raw(STYLE)}</style></head>
<body><main><header>${badge} <span class="dim">seed ${result.seed}</span><h1>${result.name}</h1>${description && html`<p>${description}</p>`}<p class="dim">${result.path}</p></header>
<div class="columns">${verdictSection(story)}${figuresSection(story)}</div>
${timelineSection(story)}
<div class="columns"><div>${stepsSection(story)}${serverSection(story)}</div>${topologySection(story)}</div>
${serialSection(story)}
</main></body></html>
`;
  return page.markup;
}

function figuresSection({ result, figures, boards }: RunStory): Markup {
  const { virtualSeconds, events, trace, seed } = result;
  const { wallSeconds, records, commit, reproduce } = figures;
  const rows: [string, Markup][] = [
    ['virtual time', html`${formatSeconds(virtualSeconds)}`],
    [
      'wall time',
      html`${formatSeconds(wallSeconds)} (${(virtualSeconds / wallSeconds).toFixed(0)}×)`,
    ],
    ['boards', html`${boards.length}`],
    ['events', html`${events.toLocaleString('en')}`],
    ['records', html`${records.toLocaleString('en')}`],
    ['seed', html`${seed}`],
    ['commit', html`<code>${commit || 'unknown'}</code>`],
    ['trace', html`<code>${trace}</code>`],
    ['again', html`<code>${reproduce}</code>`],
  ];
  return html`<section><h2>Figures</h2><dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}
