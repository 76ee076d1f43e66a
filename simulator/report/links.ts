import type { TcpFlow } from '../net/tcp-tap.ts';
import type { World } from '../scenario/world.ts';
import type { LinkStory } from './story.ts';

/** Counts what crosses each WiFi link. */
export class LinkCounts {
  readonly #links = new Map<string, LinkStory>();
  readonly #router: string;

  /** `router`: whom connections to a server go through. */
  constructor(router: string) {
    this.#router = router;
  }

  opened(flow: TcpFlow): void {
    this.#link(flow).connections++;
  }

  sent(flow: TcpFlow, length: number): void {
    this.#link(flow).bytes += length;
  }

  /** Each link that was used or stands at the end. */
  at(world: World): LinkStory[] {
    for (const { name, radio } of world.boards.values()) {
      const joined = radio.association?.accessPoint.name;
      if (joined !== undefined) this.#between(name, joined).last = true;
    }
    return [...this.#links.values()].map((link) => ({
      ...link,
      rssi: world.medium.heard(link.accessPoint, link.station),
    }));
  }

  #link({ station, acceptor }: TcpFlow): LinkStory {
    return this.#between(station, acceptor ?? this.#router);
  }

  #between(station: string, accessPoint: string): LinkStory {
    const key = `${station}\n${accessPoint}`;
    let link = this.#links.get(key);
    if (!link) {
      link = { station, accessPoint, bytes: 0, connections: 0, rssi: undefined, last: false };
      this.#links.set(key, link);
    }
    return link;
  }
}
