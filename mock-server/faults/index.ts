/** Fault plans: what may go wrong between a client and the server, as plain data, and the presets for it. */
export type { ArmedPlan } from './engine.ts';
export type { Fault, FaultInput, Place } from './fault-schema.ts';
export { type FaultCount, type FaultPlan, type FaultScope, faultPlanSchema } from './plan.ts';
export { faults, type Where } from './presets.ts';
export { ROUTE_NAMES, type RouteName } from './routes-by-name.ts';
