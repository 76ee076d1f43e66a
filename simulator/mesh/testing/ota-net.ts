/** Meshes that update over the air, in virtual time. */
import { createHash } from 'node:crypto';
import { encodeBase64 } from '../base64.ts';
import type { MeshOptions } from '../types.ts';
import { seeded } from './fake-ports.ts';
import { of, TestNet, type TestNode } from './testnet.ts';

export const PART = 1024;
export const md5Of = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

export function makeImage(seed: number, size: number): Uint8Array {
  const random = seeded(seed);
  return Uint8Array.from({ length: size }, () => Math.floor(random() * 256));
}

export function partsOf(image: Uint8Array): number {
  return Math.ceil(image.length / PART);
}

/** Let `node` answer requests from the images it knows by md5, as a good application does. */
export function serve(node: TestNode, ...images: Uint8Array[]): void {
  const known = new Map(images.map((image) => [md5Of(image), image]));
  node.mesh.initOTASend(PART);
  node.onCallback = (callback) => {
    if (callback.kind !== 'otaRequest') return undefined;
    const { md5, partNo } = callback.request;
    return known.get(md5)?.subarray(partNo * PART, (partNo + 1) * PART);
  };
}

export function offer(
  node: TestNode,
  image: Uint8Array,
  more: { role?: string; forced?: boolean } = {},
) {
  return node.mesh.offerOTA({
    role: 'pir',
    hardware: 'ESP32',
    md5: md5Of(image),
    noPart: partsOf(image),
    ...more,
  });
}

/** A gateway (1) with a chain of `roles` behind it, ids from 2. */
export function chain(...roles: string[]) {
  return chainWith({}, ...roles);
}

export function chainWith(options: Partial<MeshOptions>, ...roles: string[]) {
  const net = new TestNet(11, md5Of);
  const [gateway, ...nodes] = net.chainWith(options, 1, ...roles.map((_, i) => i + 2));
  nodes.forEach((node, i) => {
    node.mesh.initOTAReceive(roles[i]);
  });
  net.run(2000);
  return { net, gateway: gateway!, nodes };
}

/** Feed one receiver by hand through a neighbour that offers nothing itself. */
export function byHand(options: Partial<MeshOptions> = {}) {
  const { net, gateway, nodes } = chainWith(options, 'pir');
  gateway.mesh.subscribePackage(11);
  const node = nodes[0]!;
  const announce = (md5: string, noPart: number, more = '') =>
    gateway.mesh.sendPackage(
      `{"from":1,"routing":2,"type":10,"md5":"${md5}","hardware":"ESP32","role":"pir"${more},"noPart":${noPart}}`,
    );
  const data = (md5: string, noPart: number, partNo: number, bytes: Uint8Array) =>
    gateway.mesh.sendPackage(
      `{"from":1,"routing":1,"type":12,"md5":"${md5}","hardware":"ESP32","role":"pir","noPart":${noPart}` +
        `,"dest":2,"partNo":${partNo},"data":"${encodeBase64(bytes)}"}`,
    );
  const asked = () => of(gateway, 'package').map(({ json }) => JSON.parse(json));
  return { net, gateway, node, announce, data, asked };
}
