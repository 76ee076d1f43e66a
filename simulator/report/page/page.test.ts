import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RunStory } from '../story.ts';
import { escapeHtml } from './markup.ts';
import { reportPage } from './page.ts';
import { linkTree } from './tree.ts';

const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>&\u202e\x1b[2J`;

const link = (station: string, accessPoint: string, last = true) => ({
  station,
  accessPoint,
  bytes: 1,
  connections: 1,
  rssi: -50,
  last,
});

/** A story with the same text wherever text can stand. */
function story(text: string): RunStory {
  const board = {
    name: text,
    nodeId: 1,
    role: text,
    image: text,
    otadata: text,
    state: 'running',
    resets: 1,
    spans: [{ from: 0, to: 5e6, state: 'running' as const, text }],
    marks: [{ time: 1e6, kind: 'crash' as const, text }],
    transfers: [{ from: 0, to: 1e6, over: 'mesh' as const, share: 0.5, text }],
    serial: { lines: [{ time: 3, text }], before: 4 },
  };
  return {
    description: text,
    result: {
      name: text,
      path: text,
      seed: text,
      ok: false,
      verdicts: [{ text, ok: false, seen: text }],
      findings: [{ oracle: text, time: 2e6, message: text }],
      waiting: [text],
      log: [{ time: 1e6, text }],
      boards: [],
      virtualSeconds: 10,
      events: 1,
      trace: text,
    },
    boards: [board],
    links: [link(text, 'router'), { ...link(text, text, false), accessPoint: text }],
    server: {
      updates: [{ id: 1, image: text, status: text, verified: true, error: text }],
      nodes: [{ updateId: 1, node: text, status: text, parts: text, error: text }],
      devices: [{ device: text, image: text, status: text, bytes: 1, error: text }],
    },
    figures: { wallSeconds: 1, records: 1, commit: text, reproduce: text },
  };
}

describe('the page of a run', () => {
  it('shows hostile text, and never obeys it', () => {
    const page = reportPage(story(HOSTILE));
    for (const text of ['<script', '<img', '\x1b', '\u202e']) expect(page).not.toContain(text);
    expect(page).toContain(escapeHtml(HOSTILE));
    // The same tags stand there as with harmless text.
    const tags = (text: string) => text.match(/<\/?[a-z0-9]+/g);
    expect(tags(page)).toEqual(tags(reportPage(story('harmless'))));
  });

  it('loads nothing, runs nothing, and has the one style that its policy names', () => {
    const page = reportPage(story('x'));
    const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(page)!;
    expect(policy).toContain('default-src &#39;none&#39;');
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page)!;
    expect(policy).toContain(createHash('sha256').update(style!).digest('base64'));
    expect(page).not.toMatch(/ style="|<script|https?:\/\/|url\(/);
  });

  it('says first what is broken', () => {
    const page = reportPage(story('it is'));
    const places = ['>failed<', 'What was expected', 'Figures', 'Timeline', 'Serial logs'];
    const found = places.map((text) => page.indexOf(text));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found[0]).toBeGreaterThan(0);
  });
});

describe('the page of a large run', () => {
  const small = story('it');
  const many = (count: number, steps: number): RunStory => {
    const boards = Array.from({ length: count }, (_, i) => ({
      ...small.boards[0]!,
      name: `node-${i}`,
      marks: i === 50 ? small.boards[0]!.marks : [],
    }));
    const log = Array.from({ length: steps }, (_, i) => ({ time: i, text: 'cut power a for 3s' }));
    const result = { ...small.result, log, findings: [], verdicts: [] };
    return { ...small, boards, links: [], result };
  };
  const pictureOf = (page: string) =>
    page.slice(page.indexOf('>Timeline<'), page.indexOf('class="legend"'));

  it('shows a small one whole', () => {
    const page = reportPage(many(24, 40));
    expect(page).not.toContain('more boards');
    expect(pictureOf(page).match(/class="step"/g)).toHaveLength(40);
  });

  it('shows the boards first that something befell, and folds up the rest', () => {
    const page = reportPage(many(60, 41));
    const [open, folded] = pictureOf(page).split('<summary class="dim">36 more boards</summary>');
    expect(open).toContain('>node-50<');
    expect(open).not.toContain('>node-49<');
    expect(folded).toContain('>node-49<');
    expect(page).toContain('<summary>60 boards');
    expect(page).toContain('class="scroll tall"');
    expect(page).not.toContain('class="step"');
    expect(page.match(/class="step-bar"/g)!.length).toBeGreaterThanOrEqual(2 * 41);
  });
});

describe('the tree of links', () => {
  it('goes from the router down, then to those that hang on nothing', () => {
    const links = [link('gateway', 'router'), link('b', 'a'), link('a', 'gateway')];
    const rows = linkTree(['router', 'gateway', 'b', 'a', 'c'], links);
    expect(rows.map(({ name, depth, parent }) => [name, depth, parent])).toEqual([
      ['router', 0, undefined],
      ['gateway', 1, 0],
      ['a', 2, 1],
      ['b', 3, 2],
      ['c', 0, undefined],
    ]);
  });

  it('ends at circles, and leaves out links that are gone', () => {
    const circle = [link('a', 'b'), link('b', 'c'), link('c', 'a')];
    expect(linkTree(['a', 'b', 'c'], circle)).toHaveLength(3);
    expect(linkTree(['a', 'b'], [link('a', 'b', false)]).map(({ depth }) => depth)).toEqual([0, 0]);
  });
});
