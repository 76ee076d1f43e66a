/** A TCP connection as someone sees it who listens in. */
export interface TcpFlow {
  /** Name of the device that dialled, and its address there. */
  readonly station: string;
  readonly stationIp: string;
  /** The device that accepted; undefined for a server behind the access point. */
  readonly acceptor: string | undefined;
  /** The access point's address. */
  readonly accessPointIp: string;
  readonly port: number;
}

/** Listens in on every TCP stream of the air. Times are µs, when the bytes leave their sender's stack; what is sent again is not seen. */
export interface TcpTap {
  opened(flow: TcpFlow, time: number): void;
  sent(flow: TcpFlow, time: number, fromStation: boolean, bytes: Uint8Array): void;
  /** One side closed (FIN), or broke it off (RST). */
  ended(flow: TcpFlow, time: number, fromStation: boolean, reset: boolean): void;
}
