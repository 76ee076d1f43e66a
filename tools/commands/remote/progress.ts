import type { UploadProgress } from '../../client/index.ts';
import { printable } from '../support/text.ts';

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 24;
const REDRAW_NS = 80_000_000n;

/** A bar on a terminal, nothing elsewhere; `end` clears it. */
export function uploadBar(name: string, output: Output): { show: UploadProgress; end(): void } {
  const label = printable(name);
  if (!output.isTTY) return { show: () => {}, end: () => {} };
  let last = 0n;
  return {
    show(sent, total) {
      const now = process.hrtime.bigint();
      if (sent < total && now - last < REDRAW_NS) return;
      last = now;
      const part = total === 0 ? 1 : sent / total;
      const filled = Math.round(part * WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
      const percent = `${Math.floor(part * 100)} %`.padStart(5);
      output.write(`\r\x1b[K${label} ${bar} ${percent}  ${kilobytes(sent)} of ${kilobytes(total)}`);
    },
    end: () => void output.write('\r\x1b[K'),
  };
}

function kilobytes(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${Math.ceil(bytes / 1024)} KB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
