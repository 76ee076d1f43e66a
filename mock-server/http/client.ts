import { BlockList, isIP } from 'node:net';

/** The far end of a request, past proxies that are ours. */
export interface Client {
  /** Absent in process. */
  address: string | undefined;
  /** The client's own connection was HTTPS. */
  secure: boolean;
  loopback: boolean;
  /** `scheme://host[:port]` under which the client knows the server, where its Host says one. */
  origin: string | undefined;
}

export type ClientReader = (request: Request, peer: string | undefined) => Client;

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * Reads who is at the far end. `X-Forwarded-For`, `-Proto` and `-Host` count only from a peer in `proxies` (addresses or CIDR
 * blocks): anyone may send them. Throws where a proxy is neither.
 */
export function createClientReader(proxies: readonly string[]): ClientReader {
  const trusted = proxies.length > 0 ? blockList(proxies) : undefined;
  return (request, peer) => {
    const direct = plainAddress(peer);
    const secure = request.url.startsWith('https:');
    const host = validHost(request.headers.get('host')) ?? hostOf(request.url);
    if (!trusted || !contains(trusted, direct)) return client(direct, secure, host);
    const { headers } = request;
    const forwardedHost = validHost(last(headers.get('x-forwarded-host')));
    const proto = last(headers.get('x-forwarded-proto'))?.toLowerCase();
    return client(
      farEnd(trusted, direct, headers.get('x-forwarded-for')),
      proto === undefined ? secure : proto === 'https',
      forwardedHost ?? host,
    );
  };
}

function client(address: string | undefined, secure: boolean, host: string | undefined): Client {
  const loopback = address === undefined || /^127\.|^::1$/.test(address);
  const origin = host === undefined ? undefined : `${secure ? 'https' : 'http'}://${host}`;
  return { address, secure, loopback, origin };
}

/** The last address that no proxy of ours put there. */
function farEnd(trusted: BlockList, peer: string | undefined, header: string | null) {
  const hops = (header ?? '').split(',').map((hop) => plainAddress(hop.trim()));
  let found = peer;
  for (const hop of hops.reverse()) {
    if (hop === undefined || isIP(hop) === 0) break;
    found = hop;
    if (!contains(trusted, hop)) break;
  }
  return found;
}

/** An IPv4 address in IPv6 clothes is the IPv4 address. */
function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/i, '');
}

function last(header: string | null): string | undefined {
  return header?.split(',').at(-1)?.trim() || undefined;
}

function validHost(host: string | null | undefined): string | undefined {
  return host && HOST.test(host) ? host : undefined;
}

function hostOf(url: string): string | undefined {
  return validHost(/^https?:\/\/([^/?#]*)/i.exec(url)?.[1]);
}

function contains(list: BlockList, address: string | undefined): boolean {
  if (address === undefined) return false;
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function blockList(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIP(address);
    const width = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (family === 0 || prefix < 0 || prefix > width) {
      throw new Error(`${proxy} is no proxy: give an address such as 10.0.0.1, or 10.0.0.0/8.`);
    }
    list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
