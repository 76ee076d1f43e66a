/** What a measured value must keep to; both ends included. */
export interface Limits {
  min?: number;
  max?: number;
  /** For reports: ms, %, KB/s. */
  unit?: string;
}

/** Notes a value in the reports of the run. @throws Error where it is outside its limits */
export type Measure = (name: string, value: number, limits?: Limits) => Promise<void>;

/** The text of a measurement, and why it fails, if it does. */
export function judge(name: string, value: number, { min, max, unit }: Limits = {}) {
  const shown = `${Number.isInteger(value) ? value : value.toPrecision(4)}${unit ? ` ${unit}` : ''}`;
  const wanted = [
    min === undefined ? '' : `at least ${min}`,
    max === undefined ? '' : `at most ${max}`,
  ].filter(Boolean);
  const good =
    value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY);
  const limits = wanted.length > 0 ? ` (${wanted.join(', ')})` : '';
  return {
    text: `${name}: ${shown}${limits}`,
    wrong: good ? undefined : `${name} is ${shown}, not ${wanted.join(' and ')}`,
  };
}
