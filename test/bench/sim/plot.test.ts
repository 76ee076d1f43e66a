import { describe, expect, it } from 'vitest';
import { plotSvg } from './plot.ts';

const plot = (points: { x: number; y: number }[]) =>
  plotSvg({ title: 'a <b>', x: 'boards', y: 's', series: [{ name: 'update', points }] });

describe('a plot', () => {
  it('puts points where logarithms say: a straight line stays straight', () => {
    const text = plot([
      { x: 10, y: 1 },
      { x: 100, y: 10 },
      { x: 1000, y: 100 },
    ]);
    const dots = [...text.matchAll(/<circle class="dot c0" cx="([\d.]+)" cy="([\d.]+)" r="3.5"/g)];
    const [a, b, c] = dots.map(([, x, y]) => [Number(x), Number(y)] as const);
    expect(b![0] - a![0]).toBeCloseTo(c![0] - b![0], 0);
    expect(a![1] - b![1]).toBeCloseTo(b![1] - c![1], 0);
    expect(a![1]).toBeGreaterThan(b![1]);
  });

  it('runs and loads nothing, and shows text as text', () => {
    const text = plot([{ x: 3, y: 7 }]);
    expect(text).toContain('a &lt;b&gt;');
    expect(text).toContain('prefers-color-scheme: dark');
    expect(text).not.toMatch(/<script|href=|url\(|NaN/);
  });

  it.each([[[]], [[{ x: 0, y: 1 }]], [[{ x: 1, y: Number.NaN }]]])('refuses %j', (points) => {
    expect(() => plot(points)).toThrow(/points above 0/);
  });
});
