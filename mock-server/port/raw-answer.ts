import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connection of a request, and Node's view of it. */
export interface RawConnection {
  socket: Socket;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

/** An answer below HTTP: it writes itself onto the socket, and the port leaves that exchange to it. */
export class RawAnswer {
  readonly play: (at: RawConnection) => Promise<void>;

  constructor(play: (at: RawConnection) => Promise<void>) {
    this.play = play;
  }
}
