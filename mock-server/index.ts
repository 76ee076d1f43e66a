/** The mock OTA server: create it, call its `fetch`, hand its `handlers` to MSW, or serve it. */
export type { AccessOptions } from './auth/access.ts';
export { type AuthKeys, type AuthSettings, isOpen } from './auth/guard.ts';
export type { LinkKey } from './auth/links.ts';
export { mintToken, type TokenOrder } from './auth/mint.ts';
export { type Clock, systemClock } from './clock.ts';
export { createOtaServer, type OtaServer, type OtaServerOptions } from './create.ts';
export {
  type ArmedPlan,
  type Fault,
  type FaultCount,
  type FaultInput,
  type FaultPlan,
  type FaultScope,
  faultPlanSchema,
  faults,
  type Place,
  ROUTE_NAMES,
  type RouteName,
} from './faults/index.ts';
export type { RateLimits } from './http/rate-limit.ts';
export { BrokenConnection } from './msw.ts';
export type { PortLimits } from './port/limits.ts';
export type { Exchange } from './port/listener.ts';
export type { TlsOptions } from './port/tls.ts';
export { type Listening, type ServeOptions, serve } from './serve.ts';
export type {
  DeviceFirmwareRow,
  DeviceLogRow,
  DeviceStatus,
  FirmwareRow,
  NodeRow,
  NodeStatus,
  UpdateRow,
  UpdateStatus,
} from './store/schema.ts';
export { DEVICE_STATUSES, NODE_STATUSES, UPDATE_STATUSES } from './store/schema.ts';
export type { Store } from './store/store.ts';
