import type { Command } from 'commander';
import { inspectImage } from '../../../mock-server/images/inspect.ts';
import { identifyImage } from '../../formats/image-tag.ts';
import { wholeNumber } from '../remote/values.ts';
import { readInput } from '../support/input.ts';
import { type Colors, colorsFor } from '../support/page.ts';
import { JSON_FLAG } from '../support/show.ts';
import { printable } from '../support/text.ts';
import { joining } from './commands.ts';
import { idText, parseNodeId } from './node-id.ts';
import { FINAL, type Phase, Push, type Target } from './push.ts';
import { type JoinFlags, MeshSession, parsePlace } from './session.ts';
import { interrupted } from './watch.ts';

interface PushFlags extends JoinFlags {
  role: string;
  node?: number[];
  force?: boolean;
  retry?: boolean;
  partSize: number;
  atOnce: number;
  timeout: number;
  json?: boolean;
}

const HARDWARE = 'ESP32';
/** painlessMesh's receiver puts a part, in base64 and JSON, through its heap several times. */
const PART_MAX = 8192;
const EXAMPLES = `  $ ota mesh push 10.26.5.1 pir-1.1.0.bin --role pir
  $ ota mesh push 10.26.5.1 pir-1.1.0.bin --role pir --node 1a2b3c4d --force

The image must name the role itself. Exit code 0 when every node runs and has confirmed it.`;

/** `ota mesh push`: updates nodes from this machine, with no gateway and no server. */
export function pushCommand(): Command {
  return joining('push', 'update nodes from this machine, with no gateway', EXAMPLES)
    .argument('<image>', 'firmware image, - for standard input')
    .requiredOption('--role <role>', 'nodes that take updates of this role')
    .option('--node <id>', 'this node only; may be given more than once', collect)
    .option('--force', 'also to nodes that run this image already')
    .option('--retry', 'also to nodes that fell back from this image before')
    .option('--part-size <bytes>', 'bytes of a part', wholeNumber(16, PART_MAX), 1024)
    .option('--at-once <n>', 'nodes that get parts at the same time', wholeNumber(1, 50), 2)
    .option('--timeout <minutes>', 'give up after', wholeNumber(1, 1440), 60)
    .option(...JSON_FLAG)
    .action(push);
}

async function push(place: string, file: string, flags: PushFlags): Promise<void> {
  const image = await readInput(file);
  checkImage(image, flags.role);
  const session = await MeshSession.join(parsePlace(place), flags);
  const job = startPush(session, image, flags);
  const progress = new Progress(job, flags.json === true);
  const stop = interrupted().then(() => job.giveUp('interrupted'));
  try {
    const end = Date.now() + flags.timeout * 60_000;
    while (!job.done) {
      job.tick();
      session.node.pump();
      progress.show();
      await Promise.race([stop, new Promise((done) => setTimeout(done, 250))]);
      if (Date.now() > end) job.giveUp(`not done after ${flags.timeout} min`);
    }
    await session.flush(); // the last acknowledgement
  } finally {
    await session.close();
  }
  progress.end();
}

/** @throws Error why the image is not for nodes of this role */
function checkImage(image: Uint8Array, role: string): void {
  const claim = { version: '', nodeType: role, hardware: HARDWARE };
  const { problems, image: facts } = inspectImage(image, claim);
  if (problems.length > 0) throw new Error(`the image is not sent: ${problems.join('; ')}`);
  if (facts?.role == null) {
    throw new Error(
      `the image is not sent: it does not say its role, so it could be for anything; build it with MESHSWARM_IMAGE("${role}", …)`,
    );
  }
}

function startPush(session: MeshSession, image: Uint8Array, flags: PushFlags): Push {
  const { mesh } = session.node;
  const job = new Push(
    {
      nodeId: mesh.nodeId,
      now: () => performance.now(),
      sendPackage: (json) => mesh.sendPackage(json),
      sendSingle: (nodeId, text) => mesh.sendSingle(nodeId, text),
      reachable: (nodeId) => mesh.isConnected(nodeId),
    },
    { ...flags, image, hardware: HARDWARE, only: flags.node, name: session.name },
  );
  mesh.initOTASend(flags.partSize);
  session.onCallback = (callback) =>
    callback.kind === 'otaRequest' ? job.asked(callback.request) : undefined;
  session.onHeard = ({ from, swarm }) => {
    if (swarm?.kind === 'heartbeat') job.hear(from, swarm.heartbeat);
  };
  const { version } = identifyImage(image) ?? {};
  const only = flags.node ? `nodes ${flags.node.map(idText).join(', ')}` : `role ${flags.role}`;
  const parts = `${job.parts} parts of ${flags.partSize} bytes`;
  if (!flags.json) console.log(`${version ?? 'image'}, md5 ${job.md5}, ${parts}, to ${only}`);
  return job;
}

/** Lines as nodes get on, and the outcome. */
class Progress {
  readonly #job: Push;
  readonly #json: boolean;
  readonly #color: Colors;
  readonly #shown = new Map<number, string>();

  constructor(job: Push, json: boolean) {
    this.#job = job;
    this.#json = json;
    this.#color = colorsFor(process.stdout);
  }

  show(): void {
    for (const target of this.#job.targets) {
      const tenth = Math.floor((10 * target.part) / this.#job.parts);
      const key = `${target.phase} ${target.note} ${target.phase === 'downloading' ? tenth : ''}`;
      if (this.#shown.get(target.nodeId) === key) continue;
      this.#shown.set(target.nodeId, key);
      this.#line(target);
    }
  }

  end(): void {
    this.show();
    const { targets } = this.#job;
    const count = (phase: Phase) => targets.filter((target) => target.phase === phase).length;
    const good = count('completed');
    if (targets.length === 0 || good < targets.length) process.exitCode = 1;
    if (this.#json) {
      const nodes = targets.map(({ nodeId, name, phase, note }) => ({
        id: idText(nodeId),
        name,
        phase,
        note,
      }));
      return void process.stdout.write(`${JSON.stringify({ md5: this.#job.md5, nodes })}\n`);
    }
    if (targets.length === 0) {
      console.error('ota: no node takes updates of this role, or none was heard in 12 seconds.');
      return;
    }
    const others = FINAL.filter((phase) => phase !== 'completed' && count(phase) > 0);
    const rest = others.map((phase) => `, ${count(phase)} ${phase.replace('_', ' ')}`).join('');
    console.log(`${good} of ${targets.length} nodes run it and have confirmed it${rest}`);
  }

  #line({ nodeId, name, phase, part, note }: Target): void {
    const id = idText(nodeId);
    if (this.#json) {
      const { parts } = this.#job;
      const line = JSON.stringify({ id, name, phase, part, parts, note });
      return void process.stdout.write(`${line}\n`);
    }
    const paint =
      phase === 'completed'
        ? this.#color.green
        : FINAL.includes(phase)
          ? this.#color.red
          : this.#color.cyan;
    const percent = Math.floor((100 * part) / this.#job.parts);
    const how = phase === 'downloading' ? ` ${String(percent).padStart(3)} %` : '';
    const who = printable(name || '').padEnd(12);
    const why = note && this.#color.dim(printable(note));
    const words = [id.padEnd(8), who, paint(phase.replace('_', ' ')) + how, why];
    console.log(words.filter(Boolean).join('  '));
  }
}

function collect(text: string, before: number[] = []): number[] {
  return [...before, parseNodeId(text)];
}
