import { InvalidArgumentError } from 'commander';

/** As MeshSwarm and the server write it: lower-case hexadecimal. */
export function idText(nodeId: number): string {
  return nodeId.toString(16);
}

/**
 * A node id as people have it: hexadecimal as in the server's rows and in serial logs (`1a2b3c4d`, `0x1a2b3c4d`), or decimal
 * as painlessMesh prints it. Eight digits could be either: then hexadecimal counts, unless `0d` stands before it.
 * @throws InvalidArgumentError when it is neither
 */
export function parseNodeId(text: string): number {
  const decimal = /^0d(\d+)$/i.exec(text)?.[1] ?? (/^\d{9,10}$/.test(text) ? text : undefined);
  const hexadecimal = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(text)?.[1];
  const id = decimal ? Number(decimal) : Number.parseInt(hexadecimal ?? '', 16);
  if (!Number.isInteger(id) || id < 1 || id > 0xffff_ffff) {
    throw new InvalidArgumentError(
      'a node id is 1 to 8 hexadecimal digits (1a2b3c4d), or a decimal number (0d439041101).',
    );
  }
  return id;
}
