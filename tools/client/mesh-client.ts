import type {
  Firmware,
  FirmwareUpload,
  NodeProgress,
  NodeReport,
  PendingUpdate,
  Update,
  UpdateAnswer,
  UpdateOrder,
  UpdateStatus,
  UploadedFirmware,
} from './contract.ts';
import { type Call, createHttp, type HttpOptions } from './http.ts';
import { formBody, type UploadProgress } from './multipart.ts';

export type MeshClientOptions = HttpOptions;

/**
 * Contract B, call by call. Every call rejects with ServerError (the server refused; `message` says
 * what to do) or UnreachableError (no answer).
 */
export interface MeshClient {
  uploadFirmware(upload: FirmwareUpload, onProgress?: UploadProgress): Promise<UploadedFirmware>;
  /** Newest first. */
  listFirmware(filter?: { node_type?: string }): Promise<Firmware[]>;
  getFirmware(id: number): Promise<Firmware>;
  deleteFirmware(id: number): Promise<void>;
  /** The image, or bytes [start, end] of it. */
  downloadFirmware(id: number, range?: { start: number; end: number }): Promise<Uint8Array>;
  createUpdate(order: UpdateOrder, options?: { supersede?: boolean }): Promise<Update>;
  /** Newest first. */
  listUpdates(filter?: { status?: UpdateStatus }): Promise<Update[]>;
  getUpdate(id: number): Promise<Update>;
  cancelUpdate(id: number, options?: { abort?: boolean }): Promise<Update>;
  /** Oldest first. */
  pending(): Promise<PendingUpdate[]>;
  start(id: number): Promise<UpdateAnswer>;
  complete(id: number): Promise<UpdateAnswer>;
  fail(id: number, error_message?: string): Promise<UpdateAnswer>;
  progress(id: number, nodeId: string, report: NodeReport): Promise<NodeProgress>;
}

const FIRMWARE = '/api/v1/firmware';
const UPDATES = '/api/v1/ota/updates';

export function createMeshClient(options: MeshClientOptions): MeshClient {
  const http = createHttp(options);
  const get = <T>(path: string, query?: Call['query']) =>
    http.json<T>({ method: 'GET', path, query });
  const post = <T>(path: string, json?: unknown, query?: Call['query']) =>
    http.json<T>({ method: 'POST', path, json, query });

  return {
    uploadFirmware({ file, filename, ...fields }, onProgress) {
      const name = filename ?? `${fields.node_type}-${fields.version}.bin`;
      const form = formBody(fields, { data: file, filename: name }, onProgress);
      return http.json({ method: 'POST', path: `${FIRMWARE}/upload`, form, large: true });
    },
    listFirmware: (filter = {}) => get(FIRMWARE, filter),
    getFirmware: (id) => get(`${FIRMWARE}/${id}`),
    async deleteFirmware(id) {
      await http.send({ method: 'DELETE', path: `${FIRMWARE}/${id}` });
    },
    async downloadFirmware(id, range) {
      const headers: Record<string, string> = range
        ? { range: `bytes=${range.start}-${range.end}` }
        : {};
      const path = `${FIRMWARE}/${id}/download`;
      const response = await http.send({ method: 'GET', path, headers, large: true });
      const bytes = await response.bytes();
      // A server or proxy that ignores Range answers 200 with the whole image.
      if (range && response.status === 200) return bytes.subarray(range.start, range.end + 1);
      return bytes;
    },
    createUpdate: (order, { supersede } = {}) => post(UPDATES, order, { supersede }),
    listUpdates: (filter = {}) => get(UPDATES, filter),
    getUpdate: (id) => get(`${UPDATES}/${id}`),
    cancelUpdate: (id, { abort } = {}) =>
      http.json({ method: 'DELETE', path: `${UPDATES}/${id}`, query: { abort } }),
    pending: () => get(`${UPDATES}/pending`),
    start: (id) => post(`${UPDATES}/${id}/start`),
    complete: (id) => post(`${UPDATES}/${id}/complete`),
    fail: (id, error_message) => post(`${UPDATES}/${id}/fail`, { error_message }),
    progress: (id, nodeId, report) =>
      post(`${UPDATES}/${id}/node/${encodeURIComponent(nodeId)}/progress`, report),
  };
}
