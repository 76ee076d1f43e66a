/** The painlessMesh engine. */
export type { JsonObject, JsonValue } from './json-value.ts';
export { Mesh } from './mesh.ts';
export type { Announce, DataRequest } from './ota-packages.ts';
export type { Offer, OfferHandle } from './ota-sender.ts';
export type { PerformanceTrack } from './performance.ts';
export { readPerformance } from './performance.ts';
export { readRemoteLog } from './remote-log.ts';
export { decodeText, encodeText } from './text.ts';
export type { NodeTree } from './tree.ts';
export {
  type Answer,
  type ApConfig,
  type FilesPort,
  type InitConfig,
  LOG,
  type MeshCallback,
  type MeshLink,
  type MeshOptions,
  type MeshPorts,
  type ScannedAp,
  type Steps,
  type UpdatePort,
  type WifiPort,
} from './types.ts';
export { type LibraryVersion, type Quirks, VERSIONS } from './versions.ts';
