import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetFigures, Phase } from './plan.ts';
import { plotSvg, type Series } from './plot.ts';

export interface SizeFigures {
  imageBytes: number;
  phase: Phase;
}

/** Speeds that are aimed at. */
const GOALS = [
  { x: 100, y: 50, text: '50× at 100' },
  { x: 1000, y: 5, text: '5× at 1,000' },
];
const WHAT: Phase['what'][] = ['forming', 'heartbeats', 'update'];

/** Writes the pictures of a bench into a folder; answers their paths. What has one point alone is no growth, and is left out. */
export function writePictures(
  folder: string,
  fleets: readonly FleetFigures[],
  sizes: readonly SizeFigures[],
): string[] {
  const pictures: [string, string][] = [];
  if (fleets.length > 1) {
    pictures.push(['speed.svg', speedPlot(fleets)], ['memory.svg', memoryPlot(fleets)]);
  }
  if (sizes.length > 1) pictures.push(['image-size.svg', sizePlot(sizes)]);
  if (pictures.length > 0) mkdirSync(folder, { recursive: true });
  return pictures.map(([name, svg]) => {
    const path = join(folder, name);
    writeFileSync(path, svg);
    return path;
  });
}

function speedPlot(fleets: readonly FleetFigures[]): string {
  const series = WHAT.map((what): Series => {
    const points = fleets.flatMap(({ nodes, phases }) => {
      const phase = phases.find((one) => one.what === what);
      return phase ? [{ x: nodes, y: phase.virtualSeconds / phase.cpuSeconds }] : [];
    });
    return { name: what, points };
  });
  const [y, x] = ['virtual ÷ CPU time', 'nodes'];
  return plotSvg({ title: 'Speed by the number of nodes', x, y, series, goals: GOALS });
}

function memoryPlot(fleets: readonly FleetFigures[]): string {
  const points = fleets.map(({ nodes, peakBytes }) => ({ x: nodes, y: peakBytes / 2 ** 20 }));
  const series = [{ name: 'resident, at most', points }];
  return plotSvg({ title: 'Memory by the number of nodes', x: 'nodes', y: 'MB', series });
}

function sizePlot(sizes: readonly SizeFigures[]): string {
  const points = (of: (phase: Phase) => number) =>
    sizes.map(({ imageBytes, phase }) => ({ x: imageBytes / 1024, y: of(phase) }));
  const series = [
    { name: 'virtual time', points: points((phase) => phase.virtualSeconds) },
    { name: 'CPU time', points: points((phase) => phase.cpuSeconds) },
  ];
  return plotSvg({ title: 'An update by the size of its image', x: 'KB of image', y: 's', series });
}
