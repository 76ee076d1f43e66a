import { DirectBench, MINUTE, md5Of } from './bench.ts';
import type { FaultCase } from './fault-cases.ts';
import type { ServerBed } from './server-bed.ts';

/** Under a fault for ever, a client that hangs asks for nothing any more. */
const HEARD_AT_LEAST = 3;
const FAULT_MINUTES = 30;
/** Once the fault is gone: the longest wait of the client, and the update. */
const AFTERWARDS_MINUTES = 40;
const SLOT = 0x20000;

/** An update under a fault, then without it. Answers a sentence for each thing that is not as it must be. */
export async function meetFault(
  given: FaultCase,
  images: { old: Uint8Array; target: Uint8Array },
  bed: ServerBed,
): Promise<string[]> {
  const { old, target } = images;
  const bench = await DirectBench.open({ seed: given.name, image: old, bed });
  const wrong: string[] = [];
  const must = (holds: boolean, sentence: string) => {
    if (!holds) wrong.push(sentence);
  };
  const before = bench.board.flash.read(SLOT, old.length);
  bench.server.use(...given.plans);
  bench.powerOn();
  const minutes = given.minutes ?? FAULT_MINUTES;
  const through = await bench.until(() => bench.arrived(target), minutes * MINUTE);
  must(
    through === (given.outcome === 'arrives'),
    through ? 'the update got through' : 'the update did not get through',
  );
  if (!through) {
    const asked = bench.log.lines.filter((line) => line.side === 'server').length;
    must(asked >= HEARD_AT_LEAST, `the server was asked ${asked} times only`);
    bench.server.faults.clear();
    const after = await bench.until(() => bench.arrived(target), AFTERWARDS_MINUTES * MINUTE);
    must(after, 'without the fault the update does not get through either');
  }
  const names = new Map([
    [md5Of(old), 'old'],
    [md5Of(target), 'new'],
  ]);
  const booted = bench.booted.map((md5) => names.get(md5) ?? md5).join(', ');
  must(booted === 'old, new', `it booted ${booted}`);
  must(
    Buffer.compare(bench.board.flash.read(SLOT, old.length), before) === 0,
    'the slot in use was written to',
  );
  const statuses = (await bench.rows()).map((row) => row.status);
  must(statuses.at(-1) === 'success', `the server's last word is ${statuses.at(-1)}`);
  if (given.failedAtServer === false)
    must(!statuses.includes('failed'), `the server was told of a failure: ${statuses.join(', ')}`);
  if (given.resumes) {
    const resumed = bench.log.downloads.some(({ from, status }) => from > 0 && status === 206);
    must(resumed, 'no download went on where one had stopped');
  }
  if (wrong.length > 0) wrong.push(bench.story());
  return wrong;
}
