import type { FaultPlan } from '../../../mock-server/index.ts';
import type { LinkTrouble } from '../../net/link-profile.ts';
import { ROUTER, SECOND } from '../world.ts';
import type { ScenarioBench } from './bench.ts';
import { LinkTroubles } from './link-troubles.ts';

const ANSWER_US = 4_000;
/** From the last beacon of an access point that restarts to its next one. */
const RESTART_US = SECOND;
const DOWN: FaultPlan = { name: 'down', do: [{ fault: 'lose_request', end: 'rst' }] };

/** What is wrong between boards and server now, and how it ends: the switches that actions and the swarm turn. */
export class Troubles {
  readonly #bench: ScenarioBench;
  readonly #links: LinkTroubles;
  /** Why the server is down, by its numbers of the plans. */
  #downs: { plan: number }[] = [];
  #latencies: { us: number }[] = [];

  constructor(bench: ScenarioBench) {
    this.#bench = bench;
    this.#links = new LinkTroubles(bench.world.medium);
  }

  /** The server's machine is gone: connections are reset before an answer. Answers what ends it. */
  serverDown(): () => void {
    const down = { plan: this.#arm(DOWN) };
    this.#downs.push(down);
    return () => {
      this.#bench.server.faults.clear(down.plan);
      this.#downs = this.#downs.filter((other) => other !== down);
    };
  }

  /** Answers what ends it. */
  serverSlow(latencyUs: number): () => void {
    const latency = { us: latencyUs };
    this.#latencies.push(latency);
    this.#applyLatency();
    return () => {
      this.#latencies = this.#latencies.filter((other) => other !== latency);
      this.#applyLatency();
    };
  }

  /** Neither down nor slow. */
  serverUp(): void {
    for (const { plan } of this.#downs) this.#bench.server.faults.clear(plan);
    this.#downs = [];
    this.#latencies = [];
    this.#applyLatency();
  }

  #applyLatency(): void {
    const slowest = Math.max(ANSWER_US, ...this.#latencies.map(({ us }) => us));
    this.#bench.world.serverLatency = slowest;
  }

  /** Puts a fault plan in force, with the run's seed where it has none; answers what ends it. */
  serverFault(plan: FaultPlan): () => void {
    const { faults } = this.#bench.server;
    const id = this.#arm({ seed: this.#bench.world.kernel.seed, ...plan });
    // The newest plan has the first word, and a server that is down says none.
    for (const down of this.#downs) {
      faults.clear(down.plan);
      down.plan = this.#arm(DOWN);
    }
    return () => {
      faults.clear(id);
    };
  }

  /** Ends all fault plans; a server that is down stays so. */
  serverWell(): void {
    const { faults } = this.#bench.server;
    for (const { id } of faults.list()) {
      if (this.#downs.every(({ plan }) => plan !== id)) faults.clear(id);
    }
  }

  #arm(plan: FaultPlan): number {
    const { server } = this.#bench;
    server.use(plan);
    return server.faults.list().at(-1)!.id;
  }

  /** Answers what ends it. */
  breakLink(a: string, b: string, oneWay: boolean): () => void {
    return this.#links.add(a, b, { down: true }, oneWay);
  }

  /** Both directions; answers what ends it. */
  strain(a: string, b: string, trouble: LinkTrouble): () => void {
    return this.#links.add(a, b, trouble);
  }

  healLink(a: string, b: string): void {
    this.#links.heal(a, b);
  }

  routerDown(): void {
    this.#router.powerOff('power');
  }

  /** On `channel`, when it changes. */
  routerUp(channel = 1): void {
    const router = this.#router;
    router.powerOn();
    const { ssid, password, ip } = ROUTER;
    router.startAccessPoint({ ssid, password, channel, ip });
  }

  /** Its stations are sent away, and find it again a second later. False where it has none. */
  restartAccessPoint(name: string): boolean {
    const { kernel, medium, boards } = this.#bench.world;
    const device = medium.devices.get(name)!;
    const { ap } = device;
    if (!ap) return false;
    const starts = () => boards.get(name)?.resets.length;
    const before = starts();
    device.stopAccessPoint();
    kernel.after(
      RESTART_US,
      () => {
        if (device.up && !device.ap && starts() === before) device.startAccessPoint(ap);
      },
      { board: device.board },
    );
    return true;
  }

  get #router() {
    return this.#bench.world.medium.devices.get(ROUTER.name)!;
  }
}
