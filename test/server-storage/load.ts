import { createHash } from 'node:crypto';
import { form, testImage } from '../../mock-server/test-support.ts';
import { call } from './process.ts';

/** Uploads and reports sent at once in a round. */
export const ROUND = 200;
const ROLE = 'pir';

/** What a server has answered 2xx to: all of it must be there for ever. */
export interface Promised {
  /** Contract B's firmware: digest by id. */
  mesh: Map<number, string>;
  /** Contract A's files: digest by public name. */
  files: Map<string, string>;
  /** Contract A's registered firmware: digest by id. */
  registered: Map<number, string>;
  /** Bytes that each device has reported, by device. */
  devices: Map<number, number>;
  /** Parts that each node has reported, by node. */
  nodes: Map<string, number>;
}

/** The rows that reports are about. */
export interface Subject {
  updateId: number;
  firmwareId: number;
}

export const nothingPromised = (): Promised => ({
  mesh: new Map(),
  files: new Map(),
  registered: new Map(),
  devices: new Map(),
  nodes: new Map(),
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A firmware and an update to report on. */
export async function prepare(url: string, promised: Promised): Promise<Subject> {
  const file = testImage({ role: ROLE, version: '0.1.0' });
  const fields = { node_type: ROLE, version: '0.1.0' };
  const mesh = await call(url, 'POST', '/api/v1/firmware/upload', form(file, fields));
  promised.mesh.set(mesh.body.id, sha256(file));
  const update = await call(url, 'POST', '/api/v1/ota/updates', { firmware_id: mesh.body.id });
  const before = promised.registered.size;
  await uploadForDevices(url, promised, 'door', '0.1.0', 4096);
  if (promised.registered.size === before) throw new Error('The first firmware was refused.');
  return { updateId: update.body.id, firmwareId: [...promised.registered.keys()][0]! };
}

/**
 * The calls of a round, none begun: a quarter each of mesh uploads, device uploads with registration, device reports and node
 * reports. Some uploads have the same bytes. Each rejects where the server is gone, and notes what was promised otherwise.
 */
export function roundOf(round: number, { updateId, firmwareId }: Subject) {
  return Array.from({ length: ROUND }, (_, n) => (url: string, promised: Promised) => {
    const number = round * ROUND + n;
    const codeSize = 4096 + 4096 * (n % 23);
    switch (n % 4) {
      case 0:
        return uploadForMesh(url, promised, `1.${round}.${n}`, codeSize);
      case 1:
        return uploadForDevices(url, promised, `type${n % 3}`, `1.${round}.${n}`, codeSize);
      case 2:
        return reportDevice(url, promised, firmwareId, number);
      default:
        return reportNode(url, promised, updateId, number);
    }
  });
}

async function uploadForMesh(url: string, promised: Promised, version: string, codeSize: number) {
  const file = testImage({ role: ROLE, version: '1.0.0', codeSize });
  const fields = { node_type: ROLE, version };
  const { status, body } = await call(url, 'POST', '/api/v1/firmware/upload', form(file, fields));
  if (status === 201) promised.mesh.set(body.id, sha256(file));
  else refused(status, body);
}

async function uploadForDevices(
  url: string,
  promised: Promised,
  type: string,
  version: string,
  codeSize: number,
) {
  const file = testImage({ role: '', version, project: type, codeSize });
  const release = { device_type: type, version };
  const stored = await call(url, 'POST', '/api/ota/admin/upload', form(file, release));
  if (stored.status !== 201) return refused(stored.status, stored.body);
  const { file_size, file_hash, binary_path } = stored.body as Record<string, unknown>;
  promised.files.set(String(binary_path), sha256(file));
  const row = { ...release, file_size, file_hash, binary_path, is_stable: true };
  const { status, body } = await call(url, 'POST', '/api/ota/admin/firmware', row);
  if (status === 201) promised.registered.set(body.id, sha256(file));
  else refused(status, body);
}

async function reportDevice(url: string, promised: Promised, firmware_id: number, device: number) {
  const bytes_downloaded = 1000 + device;
  const report = { device_id: device, firmware_id, status: 'downloading', bytes_downloaded };
  const { status, body } = await call(url, 'POST', '/api/ota/status', report);
  if (status === 200) promised.devices.set(device, bytes_downloaded);
  else refused(status, body);
}

async function reportNode(url: string, promised: Promised, updateId: number, number: number) {
  const node = `n${number}`;
  const current_part = 1 + (number % 50);
  const path = `/api/v1/ota/updates/${updateId}/node/${node}/progress`;
  const report = { status: 'downloading', current_part, total_parts: 100 };
  const { status, body } = await call(url, 'POST', path, report, { 'x-gateway-id': 'g' });
  if (status === 200) promised.nodes.set(node, current_part);
  else refused(status, body);
}

/** No call of a round has a reason to be refused. */
function refused(status: number, body: unknown): never {
  throw new Refusal(`${status}: ${JSON.stringify(body)}`);
}

export class Refusal extends Error {}
