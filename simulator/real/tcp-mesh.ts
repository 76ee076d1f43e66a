/** A node of a real mesh: the engine over TCP sockets, in real time. */
import { randomInt } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Mesh } from '../mesh/mesh.ts';
import type {
  Answer,
  FilesPort,
  MeshCallback,
  MeshOptions,
  MeshPorts,
  UpdatePort,
} from '../mesh/types.ts';
import { FrameSplitter, type TraceEntry } from './frame-trace.ts';
import { TcpLink } from './tcp-link.ts';

export interface TcpMeshOptions extends Omit<MeshOptions, 'nodeId'> {
  /** uint32; default: drawn. */
  nodeId?: number;
  /** Take neighbours here, as an access point does. Port 0: a free one. */
  listen?: { host?: string; port: number };
  /** Dial this node, as its station does; again after the link is gone. */
  dial?: { host: string; port: number };
  /** Wait before dialling again, ms; default 5000. 0: never again. */
  redialMs?: number;
  update?: UpdatePort;
  files?: FilesPort;
  /** What the engine tells the application; the answer to an `otaRequest` is the part's bytes. */
  onCallback?(callback: MeshCallback): Answer;
  /** Every frame, both ways, and each link's begin and end; neighbours by `address:port`. */
  onTrace?(entry: TraceEntry): void;
  /** Dialling: each try that failed, with the system's reason. */
  onDialError?(error: NodeJS.ErrnoException): void;
  log?(type: number, text: string): void;
}

/** Time to reach a node that says nothing, ms. */
const DIAL_MS = 10_000;
/** Passes of the engine in one go, so that sockets and timers have their turn. */
const PASSES = 100;
const NO_UPDATE: UpdatePort = {
  isRunning: () => false,
  begin: () => false,
  setMD5: () => false,
  write: () => 0,
  end: () => false,
  abort: () => {},
  errorString: () => 'this node takes no images',
};

export class TcpMesh {
  readonly mesh: Mesh;
  /** Where it listens; undefined for a node that only dials. */
  port: number | undefined;
  readonly #options: TcpMeshOptions;
  readonly #links = new Set<TcpLink>();
  readonly #started = process.hrtime.bigint();
  #server: Server | undefined;
  #dialling: Socket | undefined;
  #redial: NodeJS.Timeout | undefined;
  #wake: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #ids = 1;
  #closed = false;

  private constructor(options: TcpMeshOptions) {
    const {
      listen,
      dial,
      redialMs,
      update,
      files,
      onCallback,
      onTrace,
      onDialError,
      log,
      ...rest
    } = options;
    this.#options = options;
    this.mesh = new Mesh(this.#ports(), {
      ...rest,
      nodeId: options.nodeId ?? randomInt(1, 2 ** 32 - 1),
      // Sockets on one machine answer faster than a chip ever does: without these two a pair never settles its clocks.
      quirks: { fastAnswersDiscarded: false, zeroOffsetAsksAgain: false, ...options.quirks },
    });
    this.mesh.init({ ssid: '', password: '', mode: 'ap' });
  }

  /** Listens and begins to dial. Rejects when the port cannot be had; an unreachable node is dialled again. */
  static async open(options: TcpMeshOptions): Promise<TcpMesh> {
    const node = new TcpMesh(options);
    if (options.listen) await node.#listen(options.listen);
    if (options.dial) node.#dial(options.dial);
    node.pump();
    return node;
  }

  /** Neighbours that are connected, heard or not. */
  get links(): readonly TcpLink[] {
    return [...this.#links];
  }

  /** To be called after methods of `mesh`: runs the engine until it waits for something. */
  pump(): void {
    if (this.#closed) return;
    clearTimeout(this.#wake);
    if (this.#soon) clearImmediate(this.#soon);
    this.#soon = undefined;
    for (let i = 0; i < PASSES && this.mesh.hasWork(); i++) this.#pass();
    const wait = this.mesh.nextDue() - this.#micros();
    if (wait <= 0) this.#soon = setImmediate(() => this.pump());
    else if (wait < Infinity) this.#wake = setTimeout(() => this.pump(), Math.ceil(wait / 1000));
  }

  /** Says goodbye to all neighbours by closing their streams. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.mesh.stop();
    this.#closed = true;
    clearTimeout(this.#wake);
    clearTimeout(this.#redial);
    if (this.#soon) clearImmediate(this.#soon);
    this.#dialling?.destroy();
    const ended = [...this.#links].map(({ socket }) => {
      socket.end();
      return socket.destroyed || new Promise((done) => socket.once('close', done));
    });
    const server = this.#server;
    if (server) ended.push(new Promise((done) => server.close(done)));
    const cut = setTimeout(() => {
      for (const { socket } of this.#links) socket.destroy();
    }, 500);
    await Promise.all(ended);
    clearTimeout(cut);
  }

  #pass(): void {
    const steps = this.mesh.update();
    let answer: Answer;
    for (let next = steps.next(); !next.done; next = steps.next(answer)) {
      answer = this.#options.onCallback?.(next.value);
    }
  }

  #micros(): number {
    return Number((process.hrtime.bigint() - this.#started) / 1000n);
  }

  #ports(): MeshPorts {
    const { files, update, log } = this.#options;
    return {
      micros: () => this.#micros(),
      random: () => randomInt(2 ** 47) / 2 ** 47,
      // No radio of its own: the machine's is already where it should be.
      wifi: {
        startAp: () => {},
        listen: () => {},
        unlisten: () => {},
        startScan: () => {},
        begin: () => {},
        disconnect: () => {},
        connected: () => false,
        ssid: () => '',
        dial: () => {},
      },
      update: update ?? NO_UPDATE,
      files: files ?? { read: () => undefined, write: () => false },
      log: (type, text) => log?.(type, text),
    };
  }

  #listen({ host, port }: { host?: string; port: number }): Promise<void> {
    const server = createServer((socket) => {
      const link = this.#adopt(socket);
      this.#trace({ from: link.peer, to: 'me', event: 'connect' });
      this.mesh.onAccepted(link);
      this.pump();
    });
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        server.on('error', () => {}); // a connection that could not be taken: its dialler tries again
        this.port = (server.address() as { port: number }).port;
        resolve();
      });
    });
  }

  #dial(target: { host: string; port: number }): void {
    const socket = connect({ ...target, timeout: DIAL_MS });
    this.#dialling = socket;
    const fail = (error: NodeJS.ErrnoException) => {
      socket.destroy();
      this.#options.onDialError?.(error);
      this.#dialAgain(target);
    };
    const late = () => fail(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
    socket.once('error', fail);
    socket.once('timeout', late);
    socket.once('connect', () => {
      socket.off('error', fail);
      socket.off('timeout', late);
      socket.setTimeout(0);
      this.#dialling = undefined;
      const link = this.#adopt(socket);
      socket.once('close', () => this.#dialAgain(target));
      this.#trace({ from: 'me', to: link.peer, event: 'connect' });
      this.mesh.onConnected(link);
      this.pump();
    });
  }

  #dialAgain(target: { host: string; port: number }): void {
    const wait = this.#options.redialMs ?? 5000;
    if (this.#closed || wait <= 0) return;
    this.#redial = setTimeout(() => this.#dial(target), wait);
  }

  #adopt(socket: Socket): TcpLink {
    const sent = new FrameSplitter((frame) => this.#trace({ from: 'me', to: link.peer, frame }));
    const got = new FrameSplitter((frame) => this.#trace({ from: link.peer, to: 'me', frame }));
    const tracing = this.#options.onTrace !== undefined;
    const link: TcpLink = new TcpLink(this.#ids++, socket, (bytes) => {
      if (tracing) sent.push(bytes);
    });
    this.#links.add(link);
    socket.on('data', (bytes: Buffer) => {
      if (tracing) got.push(bytes);
      this.mesh.onData(link, bytes);
      this.pump();
    });
    socket.on('drain', () => {
      this.mesh.onSendSpace(link);
      this.pump();
    });
    socket.on('error', () => {}); // `close` follows
    socket.on('close', () => {
      this.#links.delete(link);
      this.#trace({ from: link.peer, to: 'me', event: 'eof' });
      this.mesh.onClosed(link);
      this.pump();
    });
    return link;
  }

  #trace(entry: Omit<TraceEntry, 't_ms'>): void {
    this.#options.onTrace?.({ t_ms: this.#micros() / 1000, ...entry });
  }
}
