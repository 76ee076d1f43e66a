/** A line of a serial log, as boards keep them. */
interface Line {
  /** µs. */
  readonly time: number;
  readonly text: string;
}

/** A serial log as text: seconds of virtual time before each line, control characters made visible. */
export function serialText(lines: readonly Line[]): string {
  return lines
    .map(({ time, text }) => `${(time / 1e6).toFixed(6).padStart(14)}  ${visible(text)}\n`)
    .join('');
}

/** Text without control characters: what a terminal would obey becomes `\x1b` and the like. */
export function visible(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, (control) => {
    return `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
