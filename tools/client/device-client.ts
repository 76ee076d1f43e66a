import type {
  CheckAnswer,
  CheckRequest,
  DeviceFirmware,
  DeviceFirmwareChange,
  DeviceFirmwareFilter,
  DeviceLog,
  DeviceLogFilter,
  DeviceRegistration,
  DeviceUpload,
  Health,
  Page,
  RenewedToken,
  StatusAnswer,
  StatusReport,
  StoredFile,
} from './device-contract.ts';
import { type Call, createHttp, type HttpOptions } from './http.ts';
import { formBody, type UploadProgress } from './multipart.ts';

/**
 * Contract A, call by call. Every call rejects with ServerError (the server refused; `message` says
 * what to do) or UnreachableError (no answer). `adminToken` may be a device's token: both are Bearer.
 */
export interface DeviceClient {
  /** Stores a file; nothing is offered before `registerFirmware`. */
  uploadFirmware(upload: DeviceUpload, onProgress?: UploadProgress): Promise<StoredFile>;
  registerFirmware(registration: DeviceRegistration): Promise<DeviceFirmware>;
  listFirmware(filter?: DeviceFirmwareFilter): Promise<Page<DeviceFirmware>>;
  getFirmware(id: number): Promise<DeviceFirmware>;
  updateFirmware(id: number, change: DeviceFirmwareChange): Promise<DeviceFirmware>;
  /** Takes a firmware out of the offer; its file and history stay. */
  deactivateFirmware(id: number): Promise<DeviceFirmware>;
  listLogs(filter?: DeviceLogFilter): Promise<Page<DeviceLog>>;
  /** What a device asks. */
  check(request: CheckRequest): Promise<CheckAnswer>;
  /** What a device says of its update. */
  report(status: StatusReport): Promise<StatusAnswer>;
  /** A token for as long again as the one that this client was given. */
  renewToken(): Promise<RenewedToken>;
  health(): Promise<Health>;
}

const ADMIN = '/api/ota/admin';
const FIRMWARE = `${ADMIN}/firmware`;

export function createDeviceClient(options: HttpOptions): DeviceClient {
  const http = createHttp(options);
  const post = <T>(path: string, json: unknown) => http.json<T>({ method: 'POST', path, json });

  async function page<T>(path: string, filter: object): Promise<Page<T>> {
    const query = filter as Call['query'];
    const { body, headers } = await http.answer<T[]>({ method: 'GET', path, query });
    return { items: body, total: Number(headers.get('x-total-count') ?? body.length) };
  }

  return {
    uploadFirmware({ file, filename, ...fields }, onProgress) {
      const name = filename ?? `${fields.device_type}-${fields.version}.bin`;
      const form = formBody(fields, { data: file, filename: name }, onProgress);
      return http.json({ method: 'POST', path: `${ADMIN}/upload`, form, large: true });
    },
    registerFirmware: (registration) => post(FIRMWARE, registration),
    listFirmware: (filter = {}) => page(FIRMWARE, filter),
    getFirmware: (id) => http.json({ method: 'GET', path: `${FIRMWARE}/${id}` }),
    updateFirmware: (id, json) => http.json({ method: 'PATCH', path: `${FIRMWARE}/${id}`, json }),
    deactivateFirmware: (id) => http.json({ method: 'DELETE', path: `${FIRMWARE}/${id}` }),
    listLogs: (filter = {}) => page(`${ADMIN}/logs`, filter),
    check: (request) => post('/api/ota/check', request),
    report: (status) => post('/api/ota/status', status),
    renewToken: () => http.json({ method: 'POST', path: '/api/ota/token' }),
    health: () => http.json({ method: 'GET', path: '/health' }),
  };
}
