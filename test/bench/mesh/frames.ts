import { Mesh } from '../../../simulator/mesh/mesh.ts';
import { fakePorts, seeded } from '../../../simulator/mesh/testing/fake-ports.ts';
import { encodeFrame } from '../../../simulator/mesh/text.ts';
import type { MeshLink } from '../../../simulator/mesh/types.ts';

/** Different frames that are fed in turn: a memory of the last few parses does not make them cheaper. */
const POOL = 4096;
const BATCH = 64;
const SELF = 1;
const FAR = 40;

/** A neighbour that takes everything and counts frames. */
class Sink implements MeshLink {
  readonly id: number;
  frames = 0;

  constructor(id: number) {
    this.id = id;
  }

  write(bytes: Uint8Array): void {
    if (bytes.at(-1) === 0) this.frames++;
  }

  sendSpace(): number {
    return 5744;
  }

  close(): void {
    throw new Error('the engine closed a link of the bench');
  }
}

export interface FrameRate {
  what: string;
  /** Frames that came in. */
  frames: number;
  /** Frames that went out again. */
  sent: number;
  /** Frames that reached the application. */
  delivered: number;
  seconds: number;
}

/** What a MeshSwarm heartbeat weighs, or one part of an image. */
const body = (random: () => number) =>
  JSON.stringify({
    t: 1,
    n: 'pir-1',
    d: { up: Math.floor(random() * 1e9), heap: 201_000, v: '1.0.0' },
  });
const base64 = (random: () => number) =>
  Array.from({ length: 1368 }, () => 'ABCDEFGHIJKLMNOP'[Math.floor(random() * 16)]).join('');
const message = (type: number, dest: number, random: () => number) =>
  `{"type":${type},"dest":${dest},"from":2,"msg":${JSON.stringify(body(random))}}`;

const KINDS: { what: string; frame: (random: () => number) => string }[] = [
  { what: 'broadcast, delivered and sent on twice', frame: (random) => message(8, 0, random) },
  { what: 'single, for this node', frame: (random) => message(9, SELF, random) },
  { what: 'single, sent on', frame: (random) => message(9, FAR, random) },
  {
    what: 'part of an image (1,543 bytes), sent on',
    frame: (random) =>
      `{"from":2,"routing":1,"type":12,"md5":"${'0'.repeat(32)}","hardware":"ESP32","role":"pir","noPart":20,"dest":${FAR},` +
      `"partNo":${Math.floor(random() * 20)},"data":"${base64(random)}"}`,
  },
];

/** Frames per second through one engine with three neighbours, for each kind of frame. Nothing but `simulator/mesh` runs. */
export function frameRates(seed: number, minSeconds: number): FrameRate[] {
  return KINDS.map(({ what, frame }) => {
    const random = seeded(seed);
    const pool = Array.from({ length: POOL }, () => encodeFrame(frame(random)));
    rate(what, pool, minSeconds / 4); // compiles
    return rate(what, pool, minSeconds);
  });
}

function rate(what: string, pool: readonly Uint8Array[], minSeconds: number): FrameRate {
  const ports = fakePorts(1);
  const mesh = new Mesh(ports, { nodeId: SELF });
  mesh.init({ ssid: 'mesh', password: 'password', mode: 'ap' });
  let delivered = 0;
  const update = () => {
    while (mesh.hasWork())
      for (const { kind } of mesh.update()) if (kind === 'receive') delivered++;
  };
  const links = [2, 3, 4].map((id) => new Sink(id));
  for (const link of links) {
    mesh.onAccepted(link);
    update();
    const subs = link.id === 4 ? `,"subs":[{"nodeId":${FAR}}]` : '';
    mesh.onData(
      link,
      encodeFrame(`{"nodeId":${link.id}${subs},"type":6,"dest":1,"from":${link.id}}`),
    );
    for (let ms = 0; ms < 20; ms++, ports.clock.micros += 1000) update();
  }
  const before = links.reduce((sum, link) => sum + link.frames, 0);
  // The clock stands still from here: no timer fires, only frames move.
  let frames = 0;
  const begun = process.hrtime.bigint();
  let seconds = 0;
  while (seconds < minSeconds) {
    for (let i = 0; i < BATCH; i++) mesh.onData(links[0]!, pool[frames++ % POOL]!);
    update();
    seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  }
  const sent = links.reduce((sum, link) => sum + link.frames, 0) - before;
  return { what, frames, sent, delivered, seconds };
}
