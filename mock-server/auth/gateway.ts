import { createHash } from 'node:crypto';
import { invalid } from '../http/problem.ts';

const GATEWAY_ID = /^[\x21-\x7e]{1,64}$/;

/**
 * The name under which a gateway holds an update: its `X-Gateway-Id`, else its key (as a short
 * digest, since rows are shown to people) and its address.
 */
export function gatewayOwner(request: Request, address: string | undefined): string {
  const id = request.headers.get('x-gateway-id');
  if (id !== null) {
    if (GATEWAY_ID.test(id)) return `id:${id}`;
    throw invalid([{ path: 'X-Gateway-Id', message: 'must be 1 to 64 printable characters' }]);
  }
  const key = request.headers.get('x-api-key');
  const who = key ? createHash('sha256').update(key).digest('hex').slice(0, 8) : 'nokey';
  return `key:${who}@${address ?? 'in-process'}`;
}
