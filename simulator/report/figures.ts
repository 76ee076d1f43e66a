import { formatSeconds } from './duration.ts';

/** What every run can say of itself. */
export interface Figures {
  virtualSeconds: number;
  seed: string;
  /** SHA-256 over all that was observable. */
  trace: string;
}

/** The closing lines of a story. `wallSeconds` is the time it took to simulate. */
export function formatFigures(
  { virtualSeconds, seed, trace }: Figures,
  wallSeconds: number,
): string[] {
  return [
    `virtual time  ${formatSeconds(virtualSeconds)}`,
    `wall time     ${formatSeconds(wallSeconds)}`,
    `speed-up      ${(virtualSeconds / wallSeconds).toFixed(0)}×`,
    `seed          ${seed}`,
    `trace         ${trace}`,
  ];
}
