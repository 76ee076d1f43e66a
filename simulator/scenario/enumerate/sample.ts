/** Of so many points at most `most`, each once, as numbers from 0; all without it. `draw` answers a whole number below the one given. */
export function chosenPoints(
  points: number,
  most: number | undefined,
  draw: (below: number) => number,
): Set<number> {
  const all = Array.from({ length: points }, (_, i) => i);
  if (most === undefined || most >= points) return new Set(all);
  for (let i = 0; i < most; i++) {
    const j = i + draw(points - i);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return new Set(all.slice(0, most));
}
