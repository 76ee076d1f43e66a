/** A mesh frame: the how manieth of the run that one board gives to its neighbour, from 1. */
export interface FrameDrop {
  from: string;
  to: string;
  number: number;
}

/** `gateway:pir-1:17`. */
export function dropName({ from, to, number }: FrameDrop): string {
  return `${from}:${to}:${number}`;
}

/** What `dropName` writes. @throws RangeError that says what is expected */
export function parseDrop(text: string): FrameDrop {
  const match = /^([^:\s]+):([^:\s]+):([1-9]\d{0,8})$/.exec(text);
  if (!match) {
    throw new RangeError(
      'a lost frame is from:to:number, such as gateway:pir-1:17, counted from 1',
    );
  }
  return { from: match[1]!, to: match[2]!, number: Number(match[3]) };
}

/** The loss as a step of a scenario. */
export function dropStep({ from, to, number }: FrameDrop): Record<string, string> {
  return { 'at 0s': `drop frame ${number} from ${from} to ${to}` };
}
