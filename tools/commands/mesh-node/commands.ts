import { Command } from 'commander';
import type { NodeTree } from '../../../simulator/mesh/index.ts';
import type { Page } from '../support/page.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { printable } from '../support/text.ts';
import { idText, parseNodeId } from './node-id.ts';
import { type JoinFlags, MeshSession, parsePlace } from './session.ts';
import type { Heartbeat } from './swarm.ts';
import { treeLines } from './tree-text.ts';
import { watchMesh } from './watch.ts';

interface Flags extends JoinFlags {
  json?: boolean;
  /** s */
  wait: number;
}

/** Two heartbeats: whoever is there has been heard. */
const WAIT = 11;
const PLACE =
  'a node as HOST or HOST:PORT; join its WiFi first, its address is your gateway there (10.x.y.1)';

/** `ota mesh join|nodes|tree|watch|state|send|broadcast`: this machine as a node of the mesh. */
export function meshNodeCommands(): Command[] {
  return [
    joining('join', 'join the mesh and stay: show who comes and goes and what is said', WATCH)
      .description('Joins the mesh as a node and stays in it until Ctrl-C; shows what happens.')
      .option(...JSON_FLAG)
      .action((place, flags) => watchMesh(place, { ...flags, state: true })),
    listing('nodes', 'list the nodes, their roles and what they run', nodesOf),
    listing('tree', 'draw the mesh', treeOf),
    listing('state', "show the mesh's shared state", stateOf),
    joining('watch', 'show versions and updates of the nodes as they change', WATCH)
      .description(
        'Joins the mesh and shows every change of a version, a confirmation, a fallback.',
      )
      .option(...JSON_FLAG)
      .action((place, flags) => watchMesh(place, { ...flags, state: false })),
    joining('send', 'send a text to one node', '  $ ota mesh send 10.26.5.1 1a2b3c4d \'{"t":4}\'')
      .argument('<node>', 'hexadecimal node id', parseNodeId)
      .argument('<text>', 'what the sketch gets in onReceive')
      .action(send),
    joining('broadcast', 'send a text to all nodes', "  $ ota mesh broadcast 10.26.5.1 'hello'")
      .argument('<text>', 'what the sketches get in onReceive')
      .action(broadcast),
  ];
}

const WATCH = '  $ ota mesh watch 10.26.5.1\n  $ ota mesh join 10.26.5.1 --trace frames.jsonl';

/** A command with the place to join and how. */
export function joining(name: string, summary: string, examples: string): Command {
  return new Command(name)
    .summary(summary)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
    .argument('<host>', PLACE)
    .option('--id <node>', "this machine's node id; default: drawn", parseNodeId)
    .option('--name <text>', "this machine's name in its messages", 'laptop')
    .option('--trace <file>', 'record every frame as a line of JSON')
    .addHelpText('after', `\nExamples:\n${examples}`);
}

type Look = (session: MeshSession) => { report: object; fill: (page: Page) => void };

/** Joins, listens for a while, prints. */
function listing(name: string, summary: string, look: Look): Command {
  return joining(name, summary, `  $ ota mesh ${name} 10.26.5.1`)
    .option('--wait <seconds>', 'how long to listen', seconds, WAIT)
    .option(...JSON_FLAG)
    .action(async (place: string, flags: Flags) => {
      const session = await MeshSession.join(parsePlace(place), flags);
      try {
        session.requestState();
        await new Promise((done) => setTimeout(done, flags.wait * 1000));
        if (session.node.mesh.getNodeList().length === 0) {
          throw new Error(`${place} left while it was listened to; try again.`);
        }
        const { report, fill } = look(session);
        show(report, flags, fill);
      } finally {
        await session.close();
      }
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 3600)) throw new Error('--wait takes 0.1 to 3600 seconds.');
  return value;
}

/** Without this machine. */
function countText(nodes: number): string {
  return nodes === 1 ? '1 node' : `${nodes} nodes`;
}

interface NodeLine extends Partial<Heartbeat> {
  id: string;
  nodeId: number;
}

function nodesOf(session: MeshSession): ReturnType<Look> {
  const nodes: NodeLine[] = session.node.mesh.getNodeList().map((nodeId) => ({
    id: idText(nodeId),
    nodeId,
    ...session.view.nodes.get(nodeId),
  }));
  const dash = (text: string | undefined) => text || '-';
  return {
    report: { self: idText(session.node.mesh.nodeId), nodes },
    fill: (page) =>
      page.table(
        countText(nodes.length),
        [
          { title: 'id', cell: (n: NodeLine) => n.id },
          { title: 'name', cell: (n) => dash(n.name) },
          { title: 'mesh role', cell: (n) => dash(n.role) },
          { title: 'takes', cell: (n) => dash(n.otaRole) },
          { title: 'runs', cell: (n) => dash(n.firmware) },
          { title: 'confirmed', cell: (n) => dash(n.confirm) },
          { title: 'fell back', cell: (n) => dash(n.rolledBack?.reason) },
          {
            title: 'up',
            cell: (n) => (n.upSeconds === undefined ? '-' : `${n.upSeconds} s`),
            right: true,
          },
          { title: 'heap', cell: (n) => (n.heapBytes ? String(n.heapBytes) : '-'), right: true },
        ],
        nodes,
      ),
  };
}

function treeOf(session: MeshSession): ReturnType<Look> {
  const tree = session.node.mesh.asNodeTree();
  const label = (node: NodeTree) => {
    const heartbeat = session.view.nodes.get(node.nodeId);
    const own = node.nodeId === session.node.mesh.nodeId ? `${session.name} (this machine)` : '';
    const said = heartbeat ? [heartbeat.name, heartbeat.otaRole, heartbeat.firmware] : [own];
    const text = [idText(node.nodeId), ...said, node.root ? 'root' : ''].filter(Boolean).join('  ');
    return printable(text);
  };
  return {
    report: tree,
    fill: (page) =>
      page.lines(countText(session.node.mesh.getNodeList().length), treeLines(tree, label)),
  };
}

function stateOf(session: MeshSession): ReturnType<Look> {
  const entries = [...session.view.state.values()].sort((a, b) => a.key.localeCompare(b.key));
  return {
    report: entries,
    fill: (page) =>
      page.table(
        entries.length === 1 ? '1 key' : `${entries.length} keys`,
        [
          { title: 'key', cell: (e: (typeof entries)[number]) => e.key },
          { title: 'value', cell: (e) => e.value },
          { title: 'version', cell: (e) => String(e.version), right: true },
          { title: 'set by', cell: (e) => idText(e.origin) },
        ],
        entries,
      ),
  };
}

async function send(place: string, node: number, text: string, flags: Flags): Promise<void> {
  await say(place, flags, (session) => {
    if (!session.single(node, text)) {
      const known = session.node.mesh.getNodeList().map(idText).join(', ');
      throw new Error(`there is no way to node ${idText(node)}; in this mesh are ${known}`);
    }
  });
}

async function broadcast(place: string, text: string, flags: Flags): Promise<void> {
  await say(place, flags, (session) => {
    if (!session.broadcast(text)) throw new Error('the node has left before anything was sent');
  });
}

async function say(
  place: string,
  flags: JoinFlags,
  act: (session: MeshSession) => void,
): Promise<void> {
  const session = await MeshSession.join(parsePlace(place), flags);
  try {
    act(session);
  } finally {
    await session.flush();
    await session.close();
  }
}
